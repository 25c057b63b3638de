/** The pair that is traded on this page, as the venue tells it. Market fills it, the desk reads it. */
import type { Decimal } from "$lib/decimal";

export interface PairFacts {
  symbol: string;
  base: string;
  quote: string;
  status: string;
  tick: Decimal;
  step: Decimal;
  minQuantity: Decimal;
  minNotional: Decimal;
  isCross: boolean;
  isIsolated: boolean;
  /** The highest leverage of its isolated account; 0 if it has none. */
  isolatedLeverage: number;
}

export const pair = $state<{
  facts: PairFacts | null;
  last: Decimal | null;
  index: Decimal | null;
  bestBid: Decimal | null;
  bestAsk: Decimal | null;
}>({ facts: null, last: null, index: null, bestBid: null, bestAsk: null });

/** A price that was clicked in the book, for the order form to take. `count` tells two clicks on one price apart. */
export const picked = $state<{ price: Decimal | null; count: number }>({ price: null, count: 0 });

export function pick(price: Decimal): void {
  picked.price = price;
  picked.count += 1;
}

/**
 * An order that was asked for elsewhere on the page, for the order form to take: by the bar at the foot of a phone its
 * side alone, by a position that is to be reversed how much, too.
 */
export const wanted = $state<{ side: "BUY" | "SELL"; quantity: Decimal | null; count: number }>({
  side: "BUY",
  quantity: null,
  count: 0,
});

export function want(side: "BUY" | "SELL", quantity: Decimal | null = null): void {
  Object.assign(wanted, { side, quantity, count: wanted.count + 1 });
}
