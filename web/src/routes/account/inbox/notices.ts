/** Notices in words. */
import type { Answer } from "$api";
import { words } from "$lib/format";

export type Notice = Answer<"/account/v1/inbox">[number];

/** What goes out in quiet hours too, and stands out in the inbox. */
const URGENT = [
  "MARGIN_CALL",
  "LIQUIDATION_STARTED",
  "LIQUIDATION_STEP",
  "TAKEOVER",
  "LIQUIDATION_ENDED",
  "DEFICIT",
  "CONCENTRATION_BAN",
];

export const isUrgent = (kind: string): boolean => URGENT.includes(kind);
export const kindName = (kind: string): string => words(kind);

/** Returns the page that a notice leads to, with its words; null where there is none. */
export function leadsTo(notice: Notice): [string, string] | null {
  const details = notice.details as Record<string, unknown>;
  if (notice.kind === "LIQUIDATION_ENDED" && details.case) {
    return [`/account/liquidations/${encodeURIComponent(String(details.case))}`, "Why was I liquidated?"];
  }
  if (["MARGIN_CALL", "LIQUIDATION_STARTED", "TAKEOVER"].includes(notice.kind)) {
    const pair = String(details.pair ?? "");
    return [pair ? `/trade/${pair}` : "/trade", "Look at the account"];
  }
  return null;
}
