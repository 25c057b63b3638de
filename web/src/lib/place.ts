/** One of a user's accounts: spot, cross, or the isolated one of a pair. */
export type AccountKind = "spot" | "cross" | "isolated";

export interface Place {
  kind: AccountKind;
  /** The pair of an isolated account, else empty. */
  symbol: string;
}

export const SPOT: Place = { kind: "spot", symbol: "" };
export const CROSS: Place = { kind: "cross", symbol: "" };
export const isolated = (symbol: string): Place => ({ kind: "isolated", symbol });
export const isSame = (a: Place | null, b: Place | null): boolean => a?.kind === b?.kind && a?.symbol === b?.symbol;
export const isMargin = (place: Place): boolean => place.kind !== "spot";
/** Returns the name of an account in a sentence. */
export const nameOf = (place: Place): string =>
  ({ spot: "spot wallet", cross: "cross account", isolated: `isolated account ${place.symbol}` })[place.kind];

/** The account as the venue's own interface names it. */
export const accountType = (place: Place) =>
  ({ spot: "SPOT", cross: "MARGIN", isolated: "ISOLATED_MARGIN" })[place.kind] as "SPOT" | "MARGIN" | "ISOLATED_MARGIN";
/** The members that name a margin account to `/account/v1`. */
export const owned = (place: Place) => ({
  accountType: accountType(place) as "MARGIN" | "ISOLATED_MARGIN",
  symbol: place.symbol || undefined,
});
/** The members that name a margin account to queries of `/sapi`. */
export const queried = (place: Place) => ({ isolatedSymbol: place.symbol || undefined });
/** The type of a transfer, such as `MAIN_MARGIN`, and the pairs that it goes from and to. */
export function transferOf(from: Place, to: Place) {
  const word = { spot: "MAIN", cross: "MARGIN", isolated: "ISOLATED_MARGIN" };
  return {
    type: `${word[from.kind]}_${word[to.kind]}`,
    fromSymbol: from.symbol || undefined,
    toSymbol: to.symbol || undefined,
  };
}
