/** Whether the venue is there, what kind it is, and its clock. One that is down is asked again until it answers. */
import { door, get, type Answer } from "$api";

const RETRY_MS = 1_500;

class VenueState {
  isDown = $state(false);
  /** What kind of venue it is; null until it is known. */
  about = $state<Answer<"/public/v1/venue"> | null>(null);
  /** How far the venue's clock is ahead of this machine's, in milliseconds. */
  ahead = $state(0);
  #listeners = new Set<() => void>();
  #isAsking = false;

  constructor() {
    door.onDown = () => this.lost();
  }

  /** Whether time and prices can be driven here. */
  get isSandbox(): boolean {
    return this.about?.mode === "sandbox";
  }

  /** The venue's time in milliseconds. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** Has `listener` called whenever the venue is back: what was shown may be old. Returns how to end it. */
  onBack(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks what kind of venue this is and what time it has. */
  async meet(): Promise<void> {
    try {
      const began = Date.now();
      const found = await get("/public/v1/venue");
      this.ahead = found.serverTime - (began + Date.now()) / 2;
      this.about = found;
    } catch {
      this.lost();
    }
  }

  lost(): void {
    this.isDown = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    setTimeout(() => void this.#ask(), RETRY_MS);
  }

  async #ask(): Promise<void> {
    this.#isAsking = false;
    let isBack: boolean;
    try {
      isBack = (await fetch("/readyz", { cache: "no-store" })).ok;
    } catch {
      isBack = false;
    }
    if (!isBack) return this.lost();
    this.isDown = false;
    await this.meet();
    for (const listener of this.#listeners) listener();
  }
}

export const venue = new VenueState();
