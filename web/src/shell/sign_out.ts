/** Ends the session and goes to the front page. */
import { navigate } from "../routes";
import { session } from "$lib/session.svelte";
import { tellFault } from "$lib/toasts.svelte";

export async function signOut(): Promise<void> {
  try {
    await session.signOut();
    void navigate("/");
  } catch (fault) {
    tellFault(fault);
  }
}
