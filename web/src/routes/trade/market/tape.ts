/** The newest trades of a pair: those that were there, and those that come, none twice. */
import type { Decimal } from "$lib/decimal";
import { clock } from "$lib/format";

export interface TapeTrade {
  id: number;
  price: Decimal;
  quantity: Decimal;
  /** When, as it is shown: written once, and not with each frame that the trade is seen in. */
  clock: string;
  /** Whether the buyer's order was there first: the price was hit by a sale. */
  isSale: boolean;
}

/** A trade as the stream has it. */
export interface TradeMessage {
  t: number;
  p: Decimal;
  q: Decimal;
  T: number;
  m: boolean;
}

export class Tape {
  /** The newest first. */
  trades: TapeTrade[] = [];
  #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  take(message: TradeMessage): void {
    if (this.trades[0] && message.t <= this.trades[0].id) return;
    const { t, p, q, T, m } = message;
    this.trades.unshift({ id: t, price: p, quantity: q, clock: clock(T), isSale: m });
    if (this.trades.length > this.#size) this.trades.length = this.#size;
  }

  /** Takes what was loaded, oldest first: it fills what is missing, before what came by the stream and within. */
  fill(loaded: TapeTrade[]): void {
    const all = new Map([...this.trades, ...loaded].map((trade) => [trade.id, trade]));
    this.trades = [...all.values()].sort((a, b) => b.id - a.id).slice(0, this.#size);
  }
}
