/** The book of one pair, kept right by its differences: a gap or a cut has it start anew from a snapshot. */
import { get } from "$api";
import { Book, type Difference, type Snapshot } from "$lib/book";
import { feed } from "$lib/feed.svelte";

const LEVELS = 1_000;
const RETRY_MS = 1_000;

export class LiveBook {
  readonly book = new Book();
  /** How often it had to start anew because an update was missing. */
  resyncs = 0;
  #symbol: string;
  #changed: () => void;
  #leave: () => void;
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called after each change; it must do little. */
  constructor(symbol: string, changed: () => void) {
    this.#symbol = symbol;
    this.#changed = changed;
    this.#leave = feed.listen(`${symbol.toLowerCase()}@depth@100ms`, {
      onReady: () => this.#restart(),
      onMessage: (difference: Difference) => this.#take(difference),
    });
  }

  end(): void {
    this.#leave();
    this.#abort?.abort();
    clearTimeout(this.#timer);
  }

  #take(difference: Difference): void {
    if (!this.book.take(difference)) {
      this.resyncs += 1;
      this.#restart();
    } else if (this.book.isLive) this.#changed();
  }

  /** Asks for a snapshot. Differences that come before the answer are kept by the book. */
  #restart(): void {
    this.book.reset();
    this.#abort?.abort();
    clearTimeout(this.#timer);
    void this.#load((this.#abort = new AbortController()));
  }

  async #load(abort: AbortController): Promise<void> {
    try {
      const query = { symbol: this.#symbol, limit: LEVELS };
      const snapshot = (await get("/api/v3/depth", query, { signal: abort.signal })) as Snapshot;
      if (abort.signal.aborted) return;
      if (this.book.start(snapshot)) this.#changed();
      else this.#restart();
    } catch {
      if (!abort.signal.aborted) this.#timer = setTimeout(() => this.#restart(), RETRY_MS);
    }
  }
}
