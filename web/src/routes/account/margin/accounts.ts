/** The margin accounts whose records can be looked at: `cross`, or the pair of an isolated one. */
import type { Wallets } from "../wallets";
import { CROSS, SPOT, placeName } from "../money/places";

export const marginAccounts = (wallets: Wallets | undefined): [string, string][] =>
  [CROSS, ...(wallets?.isolated ?? []).map((each) => each.symbol)].map((each) => [each, placeName(each)]);

export const allAccounts = (wallets: Wallets | undefined): [string, string][] => [
  [SPOT, placeName(SPOT)],
  ...marginAccounts(wallets),
];

/** Returns the parameter by which the wire names an isolated account. */
export const isolatedSymbol = (account: string): string | undefined => (account === CROSS ? undefined : account);
