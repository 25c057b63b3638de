/** An order book kept by differences, by the sequence numbers of its updates. */
import { toUnits, type Decimal } from "./decimal";

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
  /** Both in 10⁻⁸. */
  priceUnits: bigint;
  quantityUnits: bigint;
}

/** One side, its levels in order, the best first. */
class Side {
  levels: Level[] = [];
  #sign: bigint;

  constructor(isBid: boolean) {
    this.#sign = isBid ? -1n : 1n;
  }

  put(changes: string[][]): void {
    for (const [price, quantity] of changes as [string, string][]) this.#set(price, quantity);
  }

  #set(price: Decimal, quantity: Decimal): void {
    const priceUnits = toUnits(price);
    const quantityUnits = toUnits(quantity);
    const place = this.#placeOf(priceUnits);
    const isThere = this.levels[place]?.priceUnits === priceUnits;
    if (quantityUnits > 0n) this.levels.splice(place, isThere ? 1 : 0, { price, quantity, priceUnits, quantityUnits });
    else if (isThere) this.levels.splice(place, 1);
  }

  /** Returns where a price stands or would stand. */
  #placeOf(price: bigint): number {
    let [low, high] = [0, this.levels.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.levels[middle]!.priceUnits - price) * this.#sign < 0n) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class Book {
  /** The last update that is in it. */
  last = 0;
  /** Whether it follows the market: not before there is a snapshot, nor after an update was missed. */
  isLive = false;
  #bids = new Side(true);
  #asks = new Side(false);
  #early: Difference[] = [];

  /** The bids, highest first. */
  get bids(): readonly Level[] {
    return this.#bids.levels;
  }

  /** The asks, lowest first. */
  get asks(): readonly Level[] {
    return this.#asks.levels;
  }

  /** Starts with a snapshot and the differences that came before it; returns whether they join. */
  start(snapshot: Snapshot): boolean {
    this.#bids.levels = [];
    this.#asks.levels = [];
    this.#bids.put(snapshot.bids);
    this.#asks.put(snapshot.asks);
    this.last = snapshot.lastUpdateId;
    this.isLive = true;
    const early = this.#early;
    this.#early = [];
    return early.every((each) => this.take(each));
  }

  /** Takes a difference; returns false if one before it is missing, and the book must start anew. */
  take(difference: Difference): boolean {
    if (!this.isLive) {
      this.#early.push(difference);
      return true;
    }
    if (difference.u <= this.last) return true;
    if (difference.U > this.last + 1) {
      this.reset();
      return false;
    }
    this.#bids.put(difference.b);
    this.#asks.put(difference.a);
    this.last = difference.u;
    return true;
  }

  /** Waits for a new snapshot. What it showed stays until then. */
  reset(): void {
    this.isLive = false;
    this.#early = [];
  }
}
