/** What the pages of the account know of the user's wallets. */
import { get, type Answer } from "$api";

export type Wallets = Answer<"/account/v1/wallets">;
export type WalletAsset = Wallets["spot"]["assets"][number];
export type IsolatedWallet = Wallets["isolated"][number];
export type MarginWallet = NonNullable<Wallets["cross"]>;

export const loadWallets = (signal: AbortSignal) => get("/account/v1/wallets", {}, { signal });

/** Returns what is free of an asset in a wallet. */
export function freeOf(assets: WalletAsset[], asset: string): string {
  return assets.find((each) => each.asset === asset)?.free ?? "0";
}
