/** Something that is loaded, may fail, is loaded again when the venue is back, and now and then if asked to. */
import { onDestroy } from "svelte";
import { Down } from "$api";
import { explain } from "./refusals";
import { session } from "./session.svelte";
import { venue } from "./venue.svelte";

export class Resource<T> {
  value = $state.raw<T | undefined>(undefined);
  /** Why the last loading failed, in words; what was loaded before is kept. */
  fault = $state("");
  isLoading = $state(false);
  #load: (signal: AbortSignal) => Promise<T>;
  #abort: AbortController | undefined;

  constructor(load: (signal: AbortSignal) => Promise<T>) {
    this.#load = load;
  }

  /** Loads anew; a loading under way is ended. */
  async refresh(): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.isLoading = true;
    try {
      const value = await this.#load(abort.signal);
      if (abort.signal.aborted) return;
      this.value = value;
      this.fault = "";
    } catch (fault) {
      // A venue that is down is told once, above the page, and asked again when it is back.
      if (!abort.signal.aborted && !(fault instanceof Down)) this.fault = explain(fault).text;
    } finally {
      if (!abort.signal.aborted) this.isLoading = false;
    }
  }

  end(): void {
    this.#abort?.abort();
  }
}

/**
 * Returns a resource of a component: loaded at once, again whenever what `load` reads of the page's state changes,
 * when the venue is back or an ended session goes on, and every so many milliseconds while the page is seen.
 */
export function resource<T>(load: (signal: AbortSignal) => Promise<T>, every = 0): Resource<T> {
  const found = new Resource(load);
  $effect(() => {
    void session.resumed;
    void found.refresh();
  });
  const ends = [venue.onBack(() => void found.refresh()), () => found.end()];
  if (every > 0) {
    const timer = setInterval(() => {
      if (!document.hidden && !venue.isDown && !session.isOver) void found.refresh();
    }, every);
    ends.push(() => clearInterval(timer));
  }
  onDestroy(() => ends.forEach((end) => end()));
  return found;
}
