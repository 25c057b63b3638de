/** Index prices as they were seen, beside the last prices of the market. */
import type { Decimal } from "$lib/decimal";

export interface PricePoint {
  time: number;
  /** Close of a candle of the pair with USDT. */
  last?: Decimal;
  index?: Decimal;
}

export type Candle = (string | number)[];
const CLOSE = 4;
const CLOSE_TIME = 6;

/** Returns candles as points at their end; the running one stands at `now`. */
export function closes(candles: Candle[], now: number): PricePoint[] {
  return candles.map((each) => ({ time: Math.min(Number(each[CLOSE_TIME]), now), last: String(each[CLOSE]) }));
}

/** Merges points by time; two of one moment become one. */
export function merged(...lists: PricePoint[][]): PricePoint[] {
  const found = new Map<number, PricePoint>();
  for (const point of lists.flat()) found.set(point.time, { ...found.get(point.time), ...point });
  return [...found.values()].sort((a, b) => a.time - b.time);
}

/** Adds a point unless the last one is of the same moment; the oldest go beyond `most`. */
export function noted(points: PricePoint[], point: PricePoint, most: number): PricePoint[] {
  return points.at(-1)?.time === point.time ? points : [...points, point].slice(-most);
}
