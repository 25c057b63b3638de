/** Finds pairs by what is typed. */
import type { Answer } from "$api";
import { compare } from "$lib/decimal";

export type PairLine = Answer<"/public/v1/pairs">[number];
export type Scope = "all" | "favourites" | "cross" | "isolated";

/** Returns the pairs of a scope that hold each word typed, those that begin with it first, then by volume in `quote`. */
export function found(
  all: readonly PairLine[],
  typed: string,
  scope: Scope,
  isFavourite: (symbol: string) => boolean,
): PairLine[] {
  const words = typed
    .toUpperCase()
    .split(/[\s/]+/)
    .filter(Boolean);
  const begins = (line: PairLine) => words.length > 0 && line.symbol.startsWith(words.join(""));
  return all
    .filter((line) => isOf(line, scope, isFavourite) && words.every((word) => line.symbol.includes(word)))
    .sort(
      (a, b) => Number(begins(b)) - Number(begins(a)) || rank(b) - rank(a) || compare(b.quoteVolume, a.quoteVolume),
    );
}

function isOf(line: PairLine, scope: Scope, isFavourite: (symbol: string) => boolean): boolean {
  if (scope === "favourites") return isFavourite(line.symbol);
  if (scope === "cross") return line.isCross;
  return scope === "isolated" ? line.isIsolated : true;
}

/** Volumes compare only within one quote: pairs against dollars come first. */
const rank = (line: PairLine): number => (line.quote === "USDT" ? 2 : line.quote === "USDC" ? 1 : 0);
