/** Candles as the chart draws them: prices become numbers here, for they become pixels. */
import type { KLineData } from "klinecharts";
import { pixelValue, type Decimal } from "$lib/decimal";

/** A candle as `/api/v3/klines` has it. */
export type KlineRow = [number, Decimal, Decimal, Decimal, Decimal, Decimal, ...unknown[]];
/** A candle as the stream has it. */
export interface KlineMessage {
  k: { t: number; o: Decimal; h: Decimal; l: Decimal; c: Decimal; v: Decimal };
}

export function barOf([timestamp, open, high, low, close, volume]: KlineRow): KLineData {
  return bar(timestamp, open, high, low, close, volume);
}

export const barOfMessage = ({ k }: KlineMessage): KLineData => bar(k.t, k.o, k.h, k.l, k.c, k.v);

function bar(timestamp: number, ...values: [Decimal, Decimal, Decimal, Decimal, Decimal]): KLineData {
  const [open, high, low, close, volume] = values.map(pixelValue) as [number, number, number, number, number];
  return { timestamp, open, high, low, close, volume };
}

/** Returns a candle after a trade at a price. */
export function traded(last: KLineData, price: number): KLineData {
  return { ...last, close: price, high: Math.max(last.high, price), low: Math.min(last.low, price) };
}

/**
 * Bars that came by the stream and are not drawn yet: one of each moment, the newest. There are never many: a page
 * that was not seen for long loads its candles anew.
 */
export class Pending {
  #bars = new Map<number, KLineData>();
  #isOver = false;

  constructor(readonly limit: number) {}

  add(bar: KLineData): void {
    this.#bars.set(bar.timestamp, bar);
    if (this.#bars.size <= this.limit) return;
    this.#isOver = true;
    this.#bars.clear();
  }

  /**
   * Returns the bars in order of time and forgets them; null if some are missing, since `last` or because there were
   * too many.
   */
  take(last: number, span: number): KLineData[] | null {
    const bars = [...this.#bars.values()].sort((a, b) => a.timestamp - b.timestamp);
    this.#bars.clear();
    const isOver = this.#isOver;
    this.#isOver = false;
    if (isOver) return null;
    let before = last;
    for (const { timestamp } of bars) {
      if (span > 0 && before > 0 && timestamp > before + span) return null;
      before = Math.max(before, timestamp);
    }
    return bars;
  }
}
