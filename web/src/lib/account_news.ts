/** What is told of an account's events: fills, the end of orders, margin calls, liquidations. */
import { get } from "$api";
import type { Standing } from "./account.svelte";
import type { Message } from "./feed.svelte";
import { number, words } from "./format";
import { queried, type Place } from "./place";
import { tell } from "./toasts.svelte";

const ENDS: Record<string, string> = { EXPIRED: "expired", REJECTED: "was rejected" };

/** Tells of an event if a person should know of it. */
export function announce(event: Message): void {
  if (event.e !== "executionReport") return;
  const order = `${words(String(event.S))} ${number(String(event.q))} ${event.s}`;
  if (event.x === "TRADE" && event.X === "FILLED") tell(`${order}: filled at ${number(String(event.L))}.`, "good");
  else if (ENDS[String(event.x)]) tell(`${order} ${ENDS[String(event.x)]}.`, "bad");
}

/** Tells that the band became worse than `before`; returns the band. */
export function watchLevel(before: string, standing: Standing): string {
  const band = standing.isInLiquidation ? "FORCE_LIQUIDATION" : standing.marginLevelStatus;
  if (before === "" || before === band) return band;
  if (band === "MARGIN_CALL") tell(`Margin call: the margin level is ${number(standing.marginLevel, 4)}.`, "alarm");
  if (band === "FORCE_LIQUIDATION") tell("The account is being liquidated.", "alarm");
  return band;
}

/** Watches an account's liquidations, and tells of a new one. */
export function cases(place: Place): { look(): Promise<void> } {
  let known: string | null = null;
  async function look(): Promise<void> {
    try {
      const { rows } = await get("/account/v1/liquidation-cases", { ...queried(place), size: 1 });
      const newest = rows[0]?.caseId ?? "";
      if (known !== null && newest !== "" && newest !== known)
        tell("The account was liquidated. Under Liquidations you can read why, step by step.", "alarm");
      known = newest;
    } catch {
      // It is looked at again.
    }
  }
  return { look };
}
