/** Assets with the slices of their collateral ratio, joined from the venue's two lists. */
import type { Answer } from "$api";
import type { Decimal } from "$lib/decimal";

export type Asset = Answer<"/public/v1/assets">[number];
type Ratios = Answer<"/sapi/v1/margin/crossMarginCollateralRatio">;

export interface Slice {
  from: Decimal;
  /** null above the last. */
  to: Decimal | null;
  ratio: Decimal;
}
export interface CollateralAsset extends Asset {
  slices: Slice[];
}

export function withSlices(assets: Asset[], ratios: Ratios): CollateralAsset[] {
  const found = new Map<string, Slice[]>();
  for (const group of ratios) {
    const slices = (group.collaterals ?? []).map((each) => ({
      from: each.minUsdValue ?? "0",
      to: each.maxUsdValue ?? null,
      ratio: each.discountRate ?? "0",
    }));
    for (const name of group.assetNames ?? []) found.set(name, slices);
  }
  return assets.map((each) => ({ ...each, slices: found.get(each.asset) ?? [] }));
}

/** Returns the ratio of the first slice; none where the asset is no collateral. */
export const firstRatio = (row: CollateralAsset): Decimal | null => row.slices[0]?.ratio ?? null;

/** Returns the value above which no more of it counts. */
export const countedTo = (row: CollateralAsset): Decimal | null => row.slices.at(-1)?.from ?? null;

export interface TierRow extends Slice {
  asset: string;
  tier: number;
}

/** Spreads the slices of all assets, a row each. */
export const tierRows = (assets: CollateralAsset[]): TierRow[] =>
  assets.flatMap(({ asset, slices }) => slices.map((each, index) => ({ ...each, asset, tier: index + 1 })));

/** Says in a word what holds for an asset at this moment. */
export function stateOf(row: Asset): string {
  if (row.isStale) return "No index price";
  if (row.isOverCap) return "Over its cap";
  if (row.isClosedForLongs) return "Closed for longs";
  return "Open";
}
