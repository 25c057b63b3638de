/** A book as it is shown: levels in groups, with what stands up to each. */
import type { Level } from "$lib/book";

export interface Rung {
  price: bigint;
  quantity: bigint;
  /** What stands from the best price to here. */
  total: bigint;
}

/**
 * Returns the first `count` groups of one side. A bid counts to the group below it, an ask to the one above: no
 * price looks better than it is.
 */
export function ladder(levels: readonly Level[], isBid: boolean, step: bigint, count: number): Rung[] {
  const rungs: Rung[] = [];
  let total = 0n;
  for (const { priceUnits, quantityUnits } of levels) {
    const price = groupOf(priceUnits, isBid, step);
    const last = rungs.at(-1);
    if (last?.price === price) {
      last.quantity += quantityUnits;
      last.total += quantityUnits;
    } else if (rungs.length === count) break;
    else rungs.push({ price, quantity: quantityUnits, total: total + quantityUnits });
    total += quantityUnits;
  }
  return rungs;
}

function groupOf(price: bigint, isBid: boolean, step: bigint): bigint {
  const below = price - (price % step);
  return isBid || below === price ? below : below + step;
}

/** Returns the steps in which a pair's prices can be grouped: its tick, and as many tens of it as make sense. */
export function stepsOf(tick: bigint, price: bigint): bigint[] {
  const steps = [tick];
  for (let step = tick * 10n; step * 50n <= price && steps.length < 6; step *= 10n) steps.push(step);
  return steps;
}

/** Returns what lies between the best prices, and that in hundredths of a per cent of their middle; null without both. */
export function spreadOf(bid: bigint | undefined, ask: bigint | undefined): { size: bigint; share: bigint } | null {
  if (bid === undefined || ask === undefined || ask < bid) return null;
  return { size: ask - bid, share: ((ask - bid) * 20_000n) / (ask + bid) };
}
