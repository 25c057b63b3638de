/** What happens in one account, as it happens: by a listen key that is kept alive, and renewed after each cut. */
import { post, put } from "$api";
import { feed, type Message } from "./feed.svelte";
import type { Place } from "./place";

export interface Ears {
  onEvent(event: Message): void;
  /** What happens from now on is heard, after the beginning or a cut: what is shown must be loaded anew. */
  onReady(): void;
}

const KEEP_MS = 30 * 60_000;
const RETRY_MS = 3_000;

/** Hears of an account until the function that is returned is called. */
export function hear(place: Place, ears: Ears): () => void {
  const line = new Line(place, ears);
  return () => line.end();
}

class Line {
  #place: Place;
  #ears: Ears;
  #key = "";
  #leave = () => {};
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwatch: () => void;

  constructor(place: Place, ears: Ears) {
    this.#place = place;
    this.#ears = ears;
    let wasOpen = false;
    // A key may be dead after a cut, and a dead one among the streams that are asked for again would spoil them all.
    this.#unwatch = $effect.root(() => {
      $effect(() => {
        if (wasOpen && !feed.isOpen) this.#renew();
        wasOpen = feed.isOpen;
      });
    });
    void this.#open();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#unwatch();
    this.#leave();
  }

  #renew(): void {
    this.#leave();
    this.#leave = () => {};
    void this.#open();
  }

  async #open(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const key = await newKey(this.#place);
      if (this.#isOver) return;
      this.#key = key;
      this.#leave();
      this.#leave = feed.listen(key, {
        onMessage: (event: never) => this.#heard(event),
        onReady: () => this.#ears.onReady(),
      });
      this.#timer = setTimeout(() => void this.#keep(), KEEP_MS);
    } catch {
      if (!this.#isOver) this.#timer = setTimeout(() => void this.#open(), RETRY_MS);
    }
  }

  async #keep(): Promise<void> {
    try {
      await keepKey(this.#place, this.#key);
      this.#timer = setTimeout(() => void this.#keep(), KEEP_MS);
    } catch {
      if (!this.#isOver) this.#renew();
    }
  }

  #heard(event: Message): void {
    if (event.e === "listenKeyExpired") this.#renew();
    else this.#ears.onEvent(event);
  }
}

async function newKey(place: Place): Promise<string> {
  const answer =
    place.kind === "spot"
      ? await post("/api/v3/userDataStream")
      : place.kind === "cross"
        ? await post("/sapi/v2/margin/listen-key")
        : await post("/sapi/v1/userDataStream/isolated", { symbol: place.symbol });
  return answer.listenKey ?? "";
}

function keepKey(place: Place, listenKey: string): Promise<unknown> {
  if (place.kind === "spot") return put("/api/v3/userDataStream", { listenKey });
  if (place.kind === "cross") return put("/sapi/v2/margin/listen-key", { listenKey });
  return put("/sapi/v1/userDataStream/isolated", { listenKey, symbol: place.symbol });
}
