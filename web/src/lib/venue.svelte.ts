/** Whether the venue is there, what kind it is, and its clock. One that is down is asked again until it answers. */
import { door } from "$api";

const RETRY_MS = 1_500;

class VenueState {
  isDown = $state(false);
  /** Whether time and prices can be driven here; null until it is known. */
  isSandbox = $state<boolean | null>(null);
  /** How far the venue's clock is ahead of this machine's, in milliseconds. */
  ahead = $state(0);
  #listeners = new Set<() => void>();
  #isAsking = false;

  constructor() {
    door.onDown = () => this.lost();
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

  /** Finds out what kind of venue this is and what time it has. */
  async meet(): Promise<void> {
    await this.readClock();
    try {
      this.isSandbox = (await fetch("/sandbox/v1/clock")).ok;
    } catch {
      this.lost();
    }
  }

  async readClock(): Promise<void> {
    try {
      const began = Date.now();
      const answer = await fetch("/api/v3/time", { cache: "no-store" });
      const { serverTime } = (await answer.json()) as { serverTime: number };
      this.ahead = serverTime - (began + Date.now()) / 2;
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
    void this.meet();
    for (const listener of this.#listeners) listener();
  }
}

export const venue = new VenueState();
