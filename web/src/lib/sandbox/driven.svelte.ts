/** What a sandbox lets anybody drive: index prices and the clock. */
import { get, post, remove, type Answer } from "$api";
import { venue } from "../venue.svelte";

export type DrivenIndex = Answer<"/sandbox/v1/index">;

const HOUR = 3_600;

class DrivenState {
  index = $state.raw<DrivenIndex | null>(null);
  /** While the clock goes forward: how much is done of how much, in seconds. */
  advancing = $state<{ done: number; of: number } | null>(null);

  get assets(): string[] {
    return Object.keys(this.index?.prices ?? {}).sort();
  }

  get pinned(): [string, string][] {
    return Object.entries(this.index?.pinned ?? {});
  }

  async load(signal?: AbortSignal): Promise<void> {
    this.index = await get("/sandbox/v1/index", {}, { signal });
  }

  /** Moves prices by per cent: `{ BTC: "-20" }`. Answers where they are then. */
  async move(byPercent: Record<string, string>): Promise<Record<string, string>> {
    const wanted = Object.fromEntries(Object.entries(byPercent).map(([asset, share]) => [asset, `${share}%`]));
    return this.#drive(wanted);
  }

  /** Holds prices where they are told to be. */
  async pin(prices: Record<string, string>): Promise<void> {
    await this.#drive(prices);
  }

  async release(assets: string[]): Promise<void> {
    await remove("/sandbox/v1/index", { assets });
    await this.load();
  }

  /**
   * Moves the clock forward, hour by hour, so that it can be seen how far it is; each hour's interest is charged.
   *
   * It does nothing while it is under way.
   */
  async advance(seconds: number): Promise<void> {
    if (this.advancing) return;
    this.advancing = { done: 0, of: seconds };
    try {
      for (let done = 0; done < seconds; done += HOUR) {
        await post("/sandbox/v1/clock", { advance: `${Math.min(HOUR, seconds - done)}s` });
        this.advancing = { done: Math.min(done + HOUR, seconds), of: seconds };
      }
    } finally {
      this.advancing = null;
      await venue.meet();
    }
  }

  async #drive(wanted: Record<string, string>): Promise<Record<string, string>> {
    const answer = (await post("/sandbox/v1/index", wanted)) as Record<string, string>;
    await this.load();
    return answer;
  }
}

export const driven = new DrivenState();
