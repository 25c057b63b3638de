/**
 * One WebSocket for all streams of all pages: subscriptions are counted, and after a cut everything is subscribed to
 * again and told that there is a gap. Messages go straight to their handlers, which only fill buffers.
 */
import { venue } from "./venue.svelte";

export type Message = Record<string, unknown>;
export interface Listener {
  onMessage(data: never): void;
  /** Called when messages may be missing: after a cut, once subscribed again. Load anew what is shown. */
  onGap?(): void;
}

const STALE_MS = 2_500;
const WAITS_MS = [250, 500, 1_000, 2_000, 4_000];
const GATHER_MS = 0;

export class Feed {
  /** Nothing has come for some seconds though something should: what is seen may be old. */
  isStale = $state(false);
  isOpen = $state(false);
  /** Messages since the page was opened. */
  count = 0;
  #address: string;
  #socket: WebSocket | undefined;
  #listeners = new Map<string, Set<Listener>>();
  #wanted = new Set<string>();
  #subscribed = new Set<string>();
  #isSending = false;
  #attempts = 0;
  #wasOpen = false;
  #lastId = 0;
  #heard = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  /** Subscribes to a stream; returns how to end it. */
  listen(stream: string, listener: Listener): () => void {
    let found = this.#listeners.get(stream);
    if (!found) this.#listeners.set(stream, (found = new Set()));
    found.add(listener);
    this.#wanted.add(stream);
    this.#open();
    this.#sendSoon();
    return () => this.#leave(stream, listener);
  }

  #leave(stream: string, listener: Listener): void {
    const found = this.#listeners.get(stream);
    found?.delete(listener);
    if (found?.size) return;
    this.#listeners.delete(stream);
    this.#wanted.delete(stream);
    this.#sendSoon();
  }

  #open(): void {
    if (this.#socket) return;
    const socket = (this.#socket = new WebSocket(this.#address));
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#received(event.data as string);
    socket.onclose = () => this.#closed();
    this.#timer ??= setInterval(() => this.#look(), 500);
  }

  #opened(): void {
    this.#attempts = 0;
    this.isOpen = true;
    this.#heard = Date.now();
    this.#send();
    const isAgain = this.#wasOpen;
    this.#wasOpen = true;
    if (isAgain) for (const all of this.#listeners.values()) for (const each of all) each.onGap?.();
  }

  #closed(): void {
    this.#socket = undefined;
    this.#subscribed.clear();
    this.isOpen = false;
    if (this.#wasOpen) this.isStale = true;
    if (this.#wanted.size === 0) return;
    const wait = WAITS_MS[Math.min(this.#attempts++, WAITS_MS.length - 1)]!;
    if (this.#attempts > 1) venue.lost();
    setTimeout(() => {
      if (this.#wanted.size > 0) this.#open();
    }, wait);
  }

  #received(text: string): void {
    this.count += 1;
    this.#heard = Date.now();
    if (this.isStale) this.isStale = false;
    const { stream, data } = JSON.parse(text) as { stream?: string; data?: never };
    if (stream === undefined) return;
    const listeners = this.#listeners.get(stream);
    if (listeners) for (const each of listeners) each.onMessage(data as never);
  }

  /** Gathers what pages want and want no more within a turn. */
  #sendSoon(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    setTimeout(() => {
      this.#isSending = false;
      this.#send();
    }, GATHER_MS);
  }

  #send(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#frame(
      "SUBSCRIBE",
      [...this.#wanted].filter((name) => !this.#subscribed.has(name)),
    );
    this.#frame(
      "UNSUBSCRIBE",
      [...this.#subscribed].filter((name) => !this.#wanted.has(name)),
    );
    this.#subscribed = new Set(this.#wanted);
  }

  #frame(method: string, params: string[]): void {
    if (params.length > 0) this.#socket!.send(JSON.stringify({ method, params, id: ++this.#lastId }));
  }

  /** Cuts a connection that is open and silent: the way may be broken without a word. */
  #look(): void {
    if (!this.isOpen || this.#wanted.size === 0) return;
    const silent = Date.now() - this.#heard;
    this.isStale = silent > STALE_MS;
    if (silent > 4 * STALE_MS) this.#socket?.close();
  }
}

const address = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/stream`;
export const feed = new Feed(typeof location === "undefined" ? "" : address());
