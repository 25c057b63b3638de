/** The pairs of the front page: which are shown, and which moved most. */
import type { Answer } from "$api";
import { compare, isNegative, isZero } from "$lib/decimal";

export type PairLine = Answer<"/public/v1/pairs">[number];
export type Scope = "all" | "favourites" | "cross" | "isolated";

export const SCOPES: [Scope, string][] = [
  ["all", "All"],
  ["favourites", "★ Favourites"],
  ["cross", "Cross"],
  ["isolated", "Isolated"],
];
export const ALL_QUOTES = "all";

/** Returns the pairs of a scope with a quote asset, or with any. */
export function scoped(
  pairs: PairLine[],
  scope: string,
  quote: string,
  isFavourite: (symbol: string) => boolean,
): PairLine[] {
  return pairs.filter((each) => {
    if (quote !== ALL_QUOTES && each.quote !== quote) return false;
    if (scope === "favourites") return isFavourite(each.symbol);
    if (scope === "cross") return each.isCross;
    return scope === "isolated" ? each.isIsolated : true;
  });
}

/** Returns the quote assets, those of most pairs first. */
export function quotesOf(pairs: PairLine[]): string[] {
  const counts = new Map<string, number>();
  for (const { quote } of pairs) counts.set(quote, (counts.get(quote) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([quote]) => quote);
}

/** Whether anything was traded in it these 24 hours. */
const isTraded = (pair: PairLine): boolean => pair.status === "TRADING" && !isZero(pair.quoteVolume);

export interface Movers {
  up: PairLine[];
  down: PairLine[];
  busy: PairLine[];
}

/** Returns the pairs against `quote` that rose most, fell most and were traded most. */
export function movers(pairs: PairLine[], quote: string, count: number): Movers {
  const traded = pairs.filter((each) => each.quote === quote && isTraded(each));
  const byChange = traded.toSorted((a, b) => compare(b.priceChangePercent, a.priceChangePercent));
  return {
    up: byChange
      .filter((each) => !isNegative(each.priceChangePercent) && !isZero(each.priceChangePercent))
      .slice(0, count),
    down: byChange
      .filter((each) => isNegative(each.priceChangePercent))
      .reverse()
      .slice(0, count),
    busy: traded.toSorted((a, b) => compare(b.quoteVolume, a.quoteVolume)).slice(0, count),
  };
}
