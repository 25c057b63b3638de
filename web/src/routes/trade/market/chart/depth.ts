/** The depth of a book as steps to draw. */
import type { Level } from "$lib/book";
import { pixelValue } from "$lib/decimal";

export interface DepthPoint {
  price: bigint;
  /** What stands between the best price and this one, in 10⁻⁸. */
  total: bigint;
}

export interface Depth {
  /** From the best price outwards. */
  bids: DepthPoint[];
  asks: DepthPoint[];
  /** The prices at the edges, and the largest total. */
  from: number;
  to: number;
  most: number;
}

export function depthOf(bids: readonly Level[], asks: readonly Level[]): Depth {
  const found = { bids: summed(bids), asks: summed(asks) };
  const all = [...found.bids, ...found.asks];
  const edges = [...[...found.bids].reverse(), ...found.asks].map((point) => pixelValue(String(point.price)));
  const totals = all.map((point) => pixelValue(String(point.total)));
  const from = edges[0] ?? 0;
  return { ...found, from, to: Math.max(edges.at(-1) ?? 0, from + 1), most: Math.max(1, ...totals) };
}

function summed(levels: readonly Level[]): DepthPoint[] {
  let total = 0n;
  return levels.map(({ priceUnits, quantityUnits }) => ({ price: priceUnits, total: (total += quantityUnits) }));
}

/** Returns an area of steps from the best price outwards to the edge, closed at the foot. */
export function pathOf(points: [number, number][], foot: number, edge: number): string {
  if (points.length === 0) return "";
  const steps = points.map(([x, y], index) => (index === 0 ? `M${x},${foot}V${y}` : `H${x}V${y}`));
  return `${steps.join("")}H${edge}V${foot}Z`;
}
