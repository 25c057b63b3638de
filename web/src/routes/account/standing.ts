/** How a margin account stands, in words and colours. */
import { number } from "$lib/format";
import type { MarginWallet } from "./wallets";

type Tone = "up" | "down" | "warn" | "";
type Kind = "good" | "bad" | "warn" | "plain";

export const STATUS_WORDS: Record<string, string> = {
  EXCESSIVE: "Safe",
  NORMAL: "Normal",
  MARGIN_CALL: "Margin call",
  FORCE_LIQUIDATION: "Liquidation",
};
const TONES: Record<string, Tone> = { EXCESSIVE: "up", NORMAL: "up", MARGIN_CALL: "warn", FORCE_LIQUIDATION: "down" };
const KINDS: Record<Tone, Kind> = { up: "good", down: "bad", warn: "warn", "": "plain" };

export const statusTone = (status: string): Tone => TONES[status] ?? "";
export const statusKind = (status: string): Kind => KINDS[statusTone(status)];

export function statusWords(wallet: MarginWallet): string {
  if (wallet.isInLiquidation) return "In liquidation";
  return wallet.marginLevel === null ? "No debt" : (STATUS_WORDS[wallet.marginLevelStatus] ?? wallet.marginLevelStatus);
}

/** Whether an account asks for something to be done at once. */
export const isInDanger = (wallet: MarginWallet): boolean =>
  wallet.isInLiquidation || ["MARGIN_CALL", "FORCE_LIQUIDATION"].includes(wallet.marginLevelStatus);

export const shownLevel = (level: string | null | undefined): string => (level ? number(level, 2) : "–");

/** Returns the figures that stand above a margin account. */
export function marginFigures(wallet: MarginWallet) {
  return [
    {
      label: "Margin level",
      value: shownLevel(wallet.marginLevel),
      tone: wallet.marginLevel ? statusTone(wallet.marginLevelStatus) : ("" as const),
    },
    { label: "Assets in USDT", value: number(wallet.assetsValue, 2) },
    { label: "Debt in USDT", value: number(wallet.debtValue, 2) },
    { label: "Net value in USDT", value: number(wallet.value, 2) },
  ];
}
