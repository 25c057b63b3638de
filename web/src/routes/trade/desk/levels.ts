/** How margin levels and bands are shown. */
import { compare } from "$lib/decimal";
import { NONE, number } from "$lib/format";

/** The level of an account that owes nothing, on the wire. */
const NO_DEBT = "999";

export const isIndebted = (level: string): boolean => compare(level, NO_DEBT) !== 0;

/** Shows a level; "no debt" where there is none. */
export const levelText = (level: string | null | undefined): string =>
  level ? (isIndebted(level) ? number(level, 2) : "no debt") : NONE;

/** The colour of a band. */
export const toneOf = (band: string | null | undefined): "up" | "warn" | "down" | "" =>
  ({ EXCESSIVE: "up", NORMAL: "up", MARGIN_CALL: "warn", FORCE_LIQUIDATION: "down" })[band ?? ""] as "up" | "";

/** The band in words. */
export const bandText = (band: string): string =>
  ({
    EXCESSIVE: "Safe",
    NORMAL: "Normal",
    MARGIN_CALL: "Margin call",
    FORCE_LIQUIDATION: "Liquidation",
  })[band] ?? band;
