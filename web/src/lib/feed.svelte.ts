/**
 * One WebSocket for all streams of all pages: subscriptions are counted, and after a cut everything is subscribed to
 * again and told that there is a gap. Messages go straight to their handlers, which only fill buffers.
 */
import { venue } from "./venue.svelte";

export type Message = Record<string, unknown>;
export interface Listener {
  onMessage(data: never): void;
  /** Called when the stream is subscribed to, and anew after each cut: what is loaded from now on joins what comes. */
  onReady?(): void;
  /** Called when messages may be missing: after a cut, once subscribed again. Load anew what is shown. */
  onGap?(): void;
  /** The stream says something every second or so: where it does not, what is seen is stale. */
  isSteady?: boolean;
}

interface Reply {
  id?: number;
  error?: unknown;
  stream?: string;
  data?: never;
}

const STALE_MS = 2_500;
const SILENT_MS = 10_000;
const WAITS_MS = [250, 500, 1_000, 2_000, 4_000];
/** Control frames are gathered, so that a page that changes all its streams sends two. */
const GATHER_MS = 0;

export class Feed {
  /** Nothing has come for some seconds though something should: what is seen may be old. */
  isStale = $state(false);
  isOpen = $state(false);
  /** Messages since the page was opened. */
  count = 0;
  #address: string;
  #socket: WebSocket | undefined;
  /** Those of each stream, and whether they have heard of its beginning: what they hear of next is a gap. */
  #listeners = new Map<string, Map<Listener, boolean>>();
  /** Streams that were asked for on this connection. */
  #asked = new Set<string>();
  /** Those of them that the venue has confirmed. */
  #ready = new Set<string>();
  /** Streams by the number of the frame that asks for them. */
  #waiting = new Map<number, string[]>();
  #isSending = false;
  #attempts = 0;
  #wasOpen = false;
  #lastId = 0;
  #heard = 0;
  #isProbing = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  /** Subscribes to a stream; returns how to end it. */
  listen(stream: string, listener: Listener): () => void {
    let found = this.#listeners.get(stream);
    if (!found) this.#listeners.set(stream, (found = new Map()));
    found.set(listener, false);
    if (this.#ready.has(stream)) queueMicrotask(() => this.#begin(stream, listener));
    this.#open();
    this.#sendSoon();
    return () => this.#leave(stream, listener);
  }

  #leave(stream: string, listener: Listener): void {
    const found = this.#listeners.get(stream);
    found?.delete(listener);
    if (found?.size) return;
    this.#listeners.delete(stream);
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
    this.#wasOpen = true;
    this.#heard = Date.now();
    this.#isProbing = false;
    this.#send();
  }

  #closed(): void {
    this.#socket = undefined;
    for (const each of [this.#asked, this.#ready, this.#waiting]) each.clear();
    this.isOpen = false;
    if (this.#wasOpen) this.isStale = true;
    if (this.#listeners.size === 0) return;
    const wait = WAITS_MS[Math.min(this.#attempts++, WAITS_MS.length - 1)]!;
    if (this.#attempts > 1) venue.lost();
    setTimeout(() => {
      if (this.#listeners.size > 0) this.#open();
    }, wait);
  }

  #received(text: string): void {
    this.count += 1;
    this.#heard = Date.now();
    this.#isProbing = false;
    if (this.isStale) this.isStale = false;
    const { stream, data, id, error } = JSON.parse(text) as Reply;
    if (stream === undefined) return this.#confirmed(id, error);
    const listeners = this.#listeners.get(stream);
    if (listeners) for (const each of listeners.keys()) each.onMessage(data as never);
  }

  /** The venue has answered a control frame. A stream that it does not know stays silent. */
  #confirmed(id: number | undefined, error: unknown): void {
    const streams = this.#waiting.get(id ?? 0) ?? [];
    this.#waiting.delete(id ?? 0);
    if (error !== undefined) return;
    for (const stream of streams) {
      if (!this.#asked.has(stream)) continue;
      this.#ready.add(stream);
      for (const each of this.#listeners.get(stream)?.keys() ?? []) this.#begin(stream, each);
    }
  }

  #begin(stream: string, listener: Listener): void {
    const listeners = this.#listeners.get(stream);
    const isAgain = listeners?.get(listener);
    if (isAgain === undefined) return;
    listeners!.set(listener, true);
    listener.onReady?.();
    if (isAgain) listener.onGap?.();
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
    const gone = [...this.#asked].filter((stream) => !this.#listeners.has(stream));
    const fresh = [...this.#listeners.keys()].filter((stream) => !this.#asked.has(stream));
    for (const stream of gone) {
      this.#asked.delete(stream);
      this.#ready.delete(stream);
    }
    for (const stream of fresh) this.#asked.add(stream);
    if (fresh.length > 0) this.#waiting.set(this.#frame("SUBSCRIBE", fresh), fresh);
    if (gone.length > 0) this.#frame("UNSUBSCRIBE", gone);
  }

  #frame(method: string, params: string[]): number {
    const id = ++this.#lastId;
    this.#socket!.send(JSON.stringify({ method, params, id }));
    return id;
  }

  /** Cuts a connection that does not even answer a question: the way may be broken without a word. */
  #look(): void {
    if (!this.isOpen || this.#listeners.size === 0) return;
    const silent = Date.now() - this.#heard;
    if (silent > STALE_MS && this.#isSteady) this.isStale = true;
    if (silent <= SILENT_MS) return;
    if (this.#isProbing) return this.#socket?.close();
    this.#isProbing = true;
    this.#heard = Date.now();
    this.#frame("LIST_SUBSCRIPTIONS", []);
  }

  get #isSteady(): boolean {
    for (const all of this.#listeners.values()) for (const each of all.keys()) if (each.isSteady) return true;
    return false;
  }
}

const address = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/stream`;
export const feed = new Feed(typeof location === "undefined" ? "" : address());
