/** Totals of the overview over all products: sums of what the venue says, no rule of its own. */
import type { Answer } from "$api";
import { add, compare, pixelValue, type Decimal } from "$lib/decimal";

export type Overview = Answer<"/operator/v1/overview">;
export type Product = Overview["products"][string];

export interface Level {
  from: string;
  accounts: number;
  liabilities: Decimal;
}

const products = (view: Overview): Product[] => Object.values(view.products);

export const total = (view: Overview, name: "assets" | "liabilities" | "collateral"): Decimal =>
  products(view).reduce((sum, each) => add(sum, each[name]), "0");
export const count = (view: Overview, name: "accounts" | "indebted" | "inLiquidation"): number =>
  products(view).reduce((sum, each) => sum + each[name], 0);
export const inBand = (view: Overview, band: string): number =>
  products(view).reduce((sum, each) => sum + (each.statuses[band] ?? 0), 0);

type Pool = Answer<"/operator/v1/pools">[number];
/** Returns the pool of which most is lent. */
export const busiest = (pools: Pool[]): Pool | undefined =>
  pools.toSorted((a, b) => compare(b.utilisation, a.utilisation))[0];

const HOUR_MS = 3_600_000;
type Case = Answer<"/operator/v1/liquidation-cases/latest">[number];
/** Returns how many of the newest liquidations began within the hour before `now`. */
export const lastHour = (cases: Case[], now: number): number =>
  cases.filter((each) => each.locked > now - HOUR_MS).length;

/** Returns the histogram of one product, or of all together. */
export function levels(view: Overview, product: string): Level[] {
  const chosen = product === "ALL" ? products(view) : [view.products[product]].filter((each) => each !== undefined);
  const [first, ...rest] = chosen.map((each) => each.levels);
  return (first ?? []).map((level, at) =>
    rest.reduce(
      (sum, each) => ({
        from: sum.from,
        accounts: sum.accounts + each[at]!.accounts,
        liabilities: add(sum.liabilities, each[at]!.liabilities),
      }),
      level,
    ),
  );
}

/** Returns how high each bar is, from 0 to 1. */
export function heights(all: Level[], isDebt: boolean): number[] {
  const sizes = all.map((each) => (isDebt ? pixelValue(each.liabilities) : each.accounts));
  const most = Math.max(...sizes, 0);
  return sizes.map((each) => (most > 0 ? each / most : 0));
}
