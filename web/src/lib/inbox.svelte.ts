/** How many notices the user has not read; looked at now and then while somebody is signed in. */
import { get } from "$api";
import { session } from "./session.svelte";
import { venue } from "./venue.svelte";

const EVERY_MS = 20_000;

class InboxState {
  unread = $state(0);

  async refresh(): Promise<void> {
    if (!session.isSignedIn || venue.isDown || document.hidden) return;
    try {
      this.unread = (await get("/account/v1/inbox/unread")).unread;
    } catch {
      // The number stays as it was: it is told again the next time.
    }
  }

  /** Looks now and then until the returned function is called. */
  watch(): () => void {
    void this.refresh();
    const timer = setInterval(() => void this.refresh(), EVERY_MS);
    return () => {
      clearInterval(timer);
      this.unread = 0;
    };
  }
}

export const inbox = new InboxState();
