/** Where the chart has its candles from: the past in pages, the present by a stream. */
import type { DataLoader, DataLoaderGetBarsParams, DataLoaderSubscribeBarParams, KLineData } from "klinecharts";
import { get } from "$api";
import { feed } from "$lib/feed.svelte";
import { forgetPaint, paintSoon } from "$lib/frame";
import { barOf, barOfMessage, Pending, traded, type KlineMessage, type KlineRow } from "./bars";
import type { Interval } from "./intervals";

/** Candles of the first page: twice what a usual chart shows, for averages need those before. */
const FIRST_PAGE = 150;
const PAGE = 500;
const PENDING_MOST = 300;
/** The chart draws all of itself anew: more often than this nobody sees it. */
const DRAW_MS = 100;

interface Told {
  /** Candles could not be loaded; null once they are. */
  onFault: (fault: unknown) => void;
  onLoaded: (count: number) => void;
  /** Candles are missing between those drawn and those that come. */
  onGap: () => void;
}

export class BarSource implements DataLoader {
  #symbol: string;
  #interval: Interval;
  #told: Told;
  #abort = new AbortController();
  #pending = new Pending(PENDING_MOST);
  #last: KLineData | undefined;
  #price: number | undefined;
  #draw: ((bar: KLineData) => void) | undefined;
  #leave: (() => void) | undefined;
  #drawn = 0;

  constructor(symbol: string, interval: Interval, told: Told) {
    this.#symbol = symbol;
    this.#interval = interval;
    this.#told = told;
  }

  /** Changes the span. The chart is told of it next, and loads anew. */
  set interval(interval: Interval) {
    this.#interval = interval;
  }

  /** Moves the last candle with a trade, for the stream tells candles only now and then. */
  trade(price: number): void {
    this.#price = price;
    paintSoon(this.#paint);
  }

  getBars = async ({ type, timestamp, callback }: DataLoaderGetBarsParams): Promise<void> => {
    if (type === "backward" || type === "update") return callback([], false);
    const isFirst = type === "init";
    if (isFirst) {
      this.#abort.abort();
      this.#abort = new AbortController();
    }
    const { signal } = this.#abort;
    const limit = isFirst ? FIRST_PAGE : PAGE;
    const end = isFirst || timestamp === null ? undefined : timestamp - 1;
    const query = { symbol: this.#symbol, interval: this.#interval.name, limit, endTime: end };
    try {
      const rows = (await get("/api/v3/klines", query, { signal })) as unknown as KlineRow[];
      if (signal.aborted) return;
      const bars = rows.map(barOf);
      if (isFirst) this.#last = bars.at(-1);
      callback(bars, { forward: bars.length > 0, backward: false });
      if (isFirst) this.#told.onLoaded(bars.length);
    } catch (fault) {
      if (signal.aborted) return;
      if (isFirst) this.#told.onFault(fault);
      else callback([], { forward: true, backward: false });
    }
  };

  subscribeBar = ({ callback }: DataLoaderSubscribeBarParams): void => {
    this.unsubscribeBar();
    this.#draw = callback;
    this.#leave = feed.listen(`${this.#symbol.toLowerCase()}@kline_${this.#interval.name}`, {
      onMessage: (message: KlineMessage) => {
        this.#pending.add(barOfMessage(message));
        paintSoon(this.#paint);
      },
      onGap: () => this.#told.onGap(),
    });
  };

  unsubscribeBar = (): void => {
    this.#leave?.();
    this.#leave = this.#draw = this.#last = this.#price = undefined;
    this.#pending = new Pending(PENDING_MOST);
  };

  end(): void {
    this.#abort.abort();
    this.unsubscribeBar();
    forgetPaint(this.#paint);
  }

  #paint = () => {
    if (!this.#draw) return;
    const now = performance.now();
    if (now - this.#drawn < DRAW_MS) return paintSoon(this.#paint);
    this.#drawn = now;
    const bars = this.#pending.take(this.#last?.timestamp ?? 0, this.#interval.span);
    if (bars === null) return this.#told.onGap();
    for (const bar of bars) this.#show(bar);
    if (this.#price !== undefined && this.#last && this.#price !== this.#last.close) {
      this.#show(traded(this.#last, this.#price));
    }
    this.#price = undefined;
  };

  #show(bar: KLineData): void {
    if (this.#last && bar.timestamp < this.#last.timestamp) return;
    this.#last = bar;
    this.#draw?.(bar);
  }
}
