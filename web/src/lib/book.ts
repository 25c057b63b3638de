/** An order book kept by differences, by the sequence numbers of its updates. */
import { compare, type Decimal } from "./decimal";

export interface Snapshot {
  lastUpdateId: number;
  bids: string[][];
  asks: string[][];
}
export interface Difference {
  /** First and last update of it. */
  U: number;
  u: number;
  b: string[][];
  a: string[][];
}
export interface Level {
  price: Decimal;
  quantity: Decimal;
}

export class Book {
  readonly bids = new Map<Decimal, Decimal>();
  readonly asks = new Map<Decimal, Decimal>();
  /** The last update that is in it; 0 before there is a snapshot. */
  last = 0;
  #early: Difference[] = [];

  /** Starts with a snapshot and the differences that came before it; returns whether they join. */
  start(snapshot: Snapshot): boolean {
    this.bids.clear();
    this.asks.clear();
    put(this.bids, snapshot.bids);
    put(this.asks, snapshot.asks);
    this.last = snapshot.lastUpdateId;
    const early = this.#early;
    this.#early = [];
    return early.every((each) => this.take(each));
  }

  /** Takes a difference; returns false if one before it is missing, and the book must start anew. */
  take(difference: Difference): boolean {
    if (this.last === 0) {
      this.#early.push(difference);
      return true;
    }
    if (difference.u <= this.last) return true;
    if (difference.U > this.last + 1) {
      this.reset();
      return false;
    }
    put(this.bids, difference.b);
    put(this.asks, difference.a);
    this.last = difference.u;
    return true;
  }

  reset(): void {
    this.last = 0;
    this.#early = [];
  }

  /** The best bids, highest first. */
  bestBids(count: number): Level[] {
    return best(this.bids, count, -1);
  }

  /** The best asks, lowest first. */
  bestAsks(count: number): Level[] {
    return best(this.asks, count, 1);
  }
}

const ZERO = /^[0.]*$/;

function put(side: Map<Decimal, Decimal>, levels: string[][]): void {
  for (const [price, quantity] of levels as [string, string][]) {
    if (ZERO.test(quantity)) side.delete(price);
    else side.set(price, quantity);
  }
}

function best(side: Map<Decimal, Decimal>, count: number, sign: 1 | -1): Level[] {
  return [...side.keys()]
    .sort((a, b) => sign * order(a, b))
    .slice(0, count)
    .map((price) => ({ price, quantity: side.get(price)! }));
}

/** Prices of one pair have the same number of places, so longer is more and else the text decides. */
function order(a: Decimal, b: Decimal): number {
  if (a.length === b.length) return a < b ? -1 : a > b ? 1 : 0;
  return compare(a, b);
}
