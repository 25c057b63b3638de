/** Whether the console lets the signed-in user in: a role is needed, and in production a second factor. */
import { Refusal, get } from "$api";

const UNGUARDED = -70043;

export type Entry = "unknown" | "open" | "unguarded" | "shut";

/** Asks what every role may ask; what is refused otherwise is told by the pages themselves. */
export async function askEntry(): Promise<Entry> {
  try {
    await get("/operator/v1/pairs");
    return "open";
  } catch (fault) {
    if (!(fault instanceof Refusal)) return "open";
    if (fault.code === UNGUARDED) return "unguarded";
    return fault.status === 403 ? "shut" : "open";
  }
}
