/** One account as it stands: balances, level, bands, positions, open orders; kept by what is heard of it. */
import { get, type Answer } from "$api";
import { hear } from "./account_feed.svelte";
import { openOrders, type Order } from "./account_orders";
import { announce, cases, watchLevel } from "./account_news";
import type { Message } from "./feed.svelte";
import { isOpened } from "./opened";
import { isMargin, owned, type Place } from "./place";
import { explain } from "./refusals";
import { venue } from "./venue.svelte";

export type Standing = Answer<"/account/v1/margin-standing">;
export type AssetStanding = Standing["assets"][number];
export type Position = Standing["positions"][number];
export interface Balance {
  asset: string;
  free: string;
  locked: string;
}

/** Events come in bursts: what they changed is asked for once. */
const GATHER_MS = 120;
/** And never more often than this, however many come: a robot may trade on the same account. */
const LEAST_MS = 500;
/** Levels move with the index, of which no event tells. */
const LOOK_MS = 4_000;

export class Account {
  place = $state.raw<Place | null>(null);
  /** Of a margin account; null for spot, before it is known, and before the account is opened. */
  standing = $state.raw<Standing | null>(null);
  balances = $state.raw<Balance[]>([]);
  /** Open orders of the pair that is looked at, of the cross account and of spot; all of an isolated account. */
  orders = $state.raw<Order[]>([]);
  isLoaded = $state(false);
  /** Whether there is such an account; a margin account is opened by the first transfer into it. */
  isOpen = $state(true);
  fault = $state("");
  /** Grows with each thing that happened: what shows records loads them anew. */
  version = $state(0);
  #symbol = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | undefined;
  #isRefreshing = false;
  #refreshed = 0;
  #level = "";

  /** Follows one account, with the open orders of one pair; returns how to end it. */
  follow(place: Place, symbol: string): () => void {
    this.#clear();
    this.place = place;
    this.#symbol = symbol;
    void this.refresh();
    const newest = isMargin(place) ? cases(place) : null;
    const ends = [
      hear(place, {
        onEvent: (event) => this.#heard(event),
        onReady: () => this.refreshSoon(),
      }),
      venue.onBack(() => this.refreshSoon()),
    ];
    const look = setInterval(() => {
      if (document.hidden || venue.isDown || !isMargin(place) || !this.isOpen) return;
      void this.#look(place);
      void newest?.look();
    }, LOOK_MS);
    ends.push(() => clearInterval(look));
    return () => {
      ends.forEach((end) => end());
      this.#clear();
    };
  }

  /** Loads everything anew, soon: several calls are one, and one under way is not ended. */
  refreshSoon(): void {
    const wait = Math.max(GATHER_MS, this.#refreshed + LEAST_MS - Date.now());
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#isRefreshing) this.refreshSoon();
      else void this.refresh();
    }, wait);
  }

  async refresh(): Promise<void> {
    const place = this.place;
    if (!place) return;
    this.#abort?.abort();
    const { signal } = (this.#abort = new AbortController());
    this.#isRefreshing = true;
    this.#refreshed = Date.now();
    try {
      const [standing, balances, orders] = await Promise.all([
        isMargin(place) ? this.#standingOf(place, signal) : null,
        isMargin(place) ? null : get("/api/v3/account", { omitZeroBalances: true }, { signal }),
        openOrders(place, this.#symbol, signal),
      ]);
      if (signal.aborted) return;
      if (balances) this.balances = (balances.balances ?? []) as Balance[];
      this.#stands(standing);
      this.isOpen = !isMargin(place) || standing !== null;
      this.orders = orders;
      this.isLoaded = true;
      this.fault = "";
      this.version += 1;
    } catch (fault) {
      if (!signal.aborted) this.fault = explain(fault).text;
    } finally {
      if (!signal.aborted) this.#isRefreshing = false;
    }
  }

  /** What is free of an asset; "0" if there is none of it. */
  free(asset: string): string {
    return this.balances.find((each) => each.asset === asset)?.free ?? "0";
  }

  /** One asset of a margin account, if it holds or owes any. */
  asset(name: string): AssetStanding | undefined {
    return this.standing?.assets.find((each) => each.asset === name);
  }

  async #look(place: Place): Promise<void> {
    try {
      const standing = await this.#standingOf(place);
      if (this.place === place && this.isLoaded) this.#stands(standing);
    } catch {
      // What was last known stays; the next look or event tries again.
    }
  }

  /** Returns how a margin account stands, null before it is open: then nothing is asked that would be refused. */
  async #standingOf(place: Place, signal?: AbortSignal): Promise<Standing | null> {
    if (this.standing === null && !(await isOpened(place, signal))) return null;
    return get("/account/v1/margin-standing", owned(place), { signal });
  }

  #stands(standing: Standing | null): void {
    if (standing) {
      this.#level = watchLevel(this.#level, standing);
      this.balances = standing.assets;
    }
    this.standing = standing;
  }

  #heard(event: Message): void {
    announce(event);
    this.refreshSoon();
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#abort?.abort();
    this.#isRefreshing = false;
    this.#refreshed = 0;
    this.place = this.standing = null;
    this.balances = [];
    this.orders = [];
    this.isLoaded = false;
    this.isOpen = true;
    this.fault = this.#level = "";
  }
}
