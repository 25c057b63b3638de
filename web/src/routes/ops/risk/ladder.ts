/** The rows of the price ladder, and how long the bars of its picture are. */
import type { Answer } from "$api";
import { add, compare, divide, isZero, pixelValue, type Decimal } from "$lib/decimal";

export type Ladder = Answer<"/operator/v1/price-ladder">;
export type Rung = Ladder["rungs"][number];
export interface Side {
  value: Decimal;
  depth: Decimal;
}

/** What all is paid in: it is in no book of its own. */
const MONEY = "USDT";
export const traded = (rows: Rung["toSell"]): Rung["toSell"] => rows.filter((each) => each.asset !== MONEY);

/** Returns the share of the books' depth that would be sold into or bought, or `none` where they hold nothing for it. */
export function shareOf({ value, depth }: Side, none: string): string | null {
  if (!isZero(depth)) return divide(value, depth);
  return isZero(value) ? null : none;
}

/** Whether the books do not take it all. */
export const isTooMuch = ({ value, depth }: Side): boolean => compare(value, depth) > 0;

/** Returns what would be sold, or bought, of all assets, beside what the books hold of them within the band. */
export function side(rows: Rung["toSell"]): Side {
  return traded(rows).reduce(
    (sum, each) => ({ value: add(sum.value, each.value), depth: add(sum.depth, each.depth) }),
    {
      value: "0",
      depth: "0",
    },
  );
}

/**
 * Returns the lengths of debt and depth of each rung, from 0 to 1: the largest debt is 1. Depth beyond it is no longer:
 * books many times as deep would leave nothing to be seen of any debt.
 */
export function lengths(rungs: Rung[]): [number, number][] {
  const sizes = rungs.map((rung): [number, number] => [
    pixelValue(rung.debtValue),
    pixelValue(side(rung.toSell).depth),
  ]);
  const most = Math.max(...sizes.map(([debt]) => debt), 0);
  return sizes.map(([debt, depth]) => (most > 0 ? [debt / most, Math.min(depth / most, 1)] : [0, 0]));
}
