/** Whether a user has an account. */
import { get } from "$api";
import type { Place } from "./place";

/** Returns whether an account is open; a margin account is opened by the first transfer into it. */
export async function isOpened(place: Place, signal?: AbortSignal): Promise<boolean> {
  if (place.kind === "spot") return true;
  const { cross, isolated } = await get("/account/v1/wallets", {}, { signal });
  return place.kind === "cross" ? cross !== null : isolated.some((each) => each.symbol === place.symbol);
}
