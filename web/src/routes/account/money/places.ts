/** The wallets of a user as places that funds go between: `spot`, `cross`, or a pair's isolated account. */
import { get, type Answer } from "$api";
import { freeOf, type Wallets, type WalletAsset } from "../wallets";

export const SPOT = "spot";
export const CROSS = "cross";

export function placeName(place: string): string {
  if (place === SPOT) return "Spot wallet";
  return place === CROSS ? "Cross account" : `Isolated ${place}`;
}

const KINDS: Record<string, string> = { [SPOT]: "MAIN", [CROSS]: "MARGIN" };
const kindOf = (place: string): string => KINDS[place] ?? "ISOLATED_MARGIN";
const pairOf = (place: string): string | undefined => (KINDS[place] ? undefined : place);

/** Returns the address of the form that moves an asset out of a place: into the cross account, or back to spot. */
export function transferAddress(from: string, asset: string): string {
  return `/account/transfers?${new URLSearchParams({ from, to: from === SPOT ? CROSS : SPOT, asset })}`;
}

/** Returns how the wire names a transfer. */
export function transferWords(from: string, to: string) {
  return { type: `${kindOf(from)}_${kindOf(to)}`, fromSymbol: pairOf(from), toSymbol: pairOf(to) };
}

export function assetsAt(wallets: Wallets, place: string): WalletAsset[] {
  if (place === SPOT) return wallets.spot.assets;
  if (place === CROSS) return wallets.cross?.assets ?? [];
  return wallets.isolated.find((each) => each.symbol === place)?.assets ?? [];
}

/** Returns the most that may leave a place now: what is free, and of a margin account what its level allows. */
export async function mostFrom(wallets: Wallets, place: string, asset: string, signal: AbortSignal): Promise<string> {
  if (!asset) return "0";
  if (place === SPOT) return freeOf(wallets.spot.assets, asset);
  const { amount } = await get("/sapi/v1/margin/maxTransferable", { asset, isolatedSymbol: pairOf(place) }, { signal });
  return amount ?? "0";
}

export type Pair = Answer<"/sapi/v1/margin/isolated/allPairs">[number];

/** Whether an asset can be in a place: an isolated account takes the two of its pair only. */
export function takes(place: string, asset: string, pairs: Pair[]): boolean {
  const pair = pairs.find((each) => each.symbol === place);
  return !pair || pair.base === asset || pair.quote === asset;
}
