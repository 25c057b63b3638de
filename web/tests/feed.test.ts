import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Feed } from "$lib/feed.svelte";

interface Frame {
  method: string;
  params: string[];
  id: number;
}

/** A socket whose other end is the test. */
class Wire {
  static all: Wire[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: Frame[] = [];
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: (() => void) | undefined;

  constructor(readonly address: string) {
    Wire.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Frame);
  }
  close(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  open(): void {
    this.readyState = Wire.OPEN;
    this.onopen?.();
  }
  tell(stream: string, data: unknown): void {
    this.onmessage?.({ data: JSON.stringify({ stream, data }) });
  }
  /** Confirms the frames that were sent so far. */
  confirm(fault?: unknown): void {
    for (const { id } of this.sent.splice(0)) {
      this.onmessage?.({ data: JSON.stringify(fault ? { id, error: fault } : { id, result: null }) });
    }
  }
  methods(): string[] {
    return this.sent.map((frame) => `${frame.method} ${frame.params.join(",")}`);
  }
}

const listener = (isSteady = false) => ({ onMessage: vi.fn(), onReady: vi.fn(), onGap: vi.fn(), isSteady });
const wire = () => Wire.all.at(-1)!;
let feed: Feed;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Wire);
  vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("no venue here")));
  Wire.all = [];
  feed = new Feed("ws://venue/stream");
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

/** Opens the socket and lets gathered frames go. */
function connect(): void {
  wire().open();
  vi.advanceTimersByTime(1);
}

describe("subscriptions", () => {
  it("of several listeners to one stream are one, and end with the last of them", () => {
    const [first, second] = [listener(), listener()];
    const ends = [feed.listen("a@trade", first), feed.listen("a@trade", second)];
    connect();
    expect(wire().methods()).toEqual(["SUBSCRIBE a@trade"]);
    wire().confirm();
    wire().tell("a@trade", { t: 1 });
    expect([first.onMessage.mock.calls, second.onMessage.mock.calls]).toEqual([[[{ t: 1 }]], [[{ t: 1 }]]]);
    ends[0]!();
    vi.advanceTimersByTime(1);
    expect(wire().methods()).toEqual([]);
    ends[1]!();
    vi.advanceTimersByTime(1);
    expect(wire().methods()).toEqual(["UNSUBSCRIBE a@trade"]);
  });

  it("of one turn go in one frame; a stream that is left and taken again at once is not touched", () => {
    feed.listen("a@trade", listener());
    const end = feed.listen("b@trade", listener());
    connect();
    expect(wire().methods()).toEqual(["SUBSCRIBE a@trade,b@trade"]);
    wire().confirm();
    end();
    feed.listen("b@trade", listener());
    vi.advanceTimersByTime(1);
    expect(wire().methods()).toEqual([]);
  });

  it("are ready only when the venue has confirmed them", async () => {
    const first = listener();
    feed.listen("a@depth", first);
    connect();
    expect(first.onReady).not.toHaveBeenCalled();
    wire().confirm();
    expect(first.onReady).toHaveBeenCalledOnce();
    const late = listener();
    feed.listen("a@depth", late);
    await vi.advanceTimersByTimeAsync(1);
    expect([late.onReady, first.onReady].map((each) => each.mock.calls.length)).toEqual([1, 1]);
    expect(first.onGap).not.toHaveBeenCalled();
  });

  it("that the venue does not know are never ready", () => {
    const wrong = listener();
    feed.listen("nothing@all", wrong);
    connect();
    wire().confirm({ code: 2, msg: "invalid stream" });
    expect(wrong.onReady).not.toHaveBeenCalled();
  });
});

describe("a cut", () => {
  it("has everything subscribed to again, and its listeners told that there is a gap", () => {
    const [first, gone] = [listener(), listener()];
    feed.listen("a@trade", first);
    const end = feed.listen("b@trade", gone);
    connect();
    wire().confirm();
    wire().close();
    expect([feed.isOpen, feed.isStale]).toEqual([false, true]);
    end();
    vi.advanceTimersByTime(300);
    expect(Wire.all).toHaveLength(2);
    connect();
    expect(wire().methods()).toEqual(["SUBSCRIBE a@trade"]);
    expect(first.onGap).not.toHaveBeenCalled();
    wire().confirm();
    expect([first.onReady.mock.calls.length, first.onGap.mock.calls.length]).toEqual([2, 1]);
    expect(gone.onGap).not.toHaveBeenCalled();
    expect(feed.isStale).toBe(false);
  });

  it("is no gap to who came after it", () => {
    feed.listen("a@trade", listener());
    connect();
    wire().confirm();
    wire().close();
    const late = listener();
    feed.listen("c@trade", late);
    vi.advanceTimersByTime(300);
    connect();
    wire().confirm();
    expect([late.onReady.mock.calls.length, late.onGap.mock.calls.length]).toEqual([1, 0]);
  });

  it("that goes on is tried again in ever longer waits", () => {
    feed.listen("a@trade", listener());
    const waits = [250, 500, 1_000, 2_000, 4_000, 4_000];
    for (const [place, wait] of waits.entries()) {
      wire().close();
      vi.advanceTimersByTime(wait - 1);
      expect(Wire.all).toHaveLength(place + 1);
      vi.advanceTimersByTime(1);
      expect(Wire.all).toHaveLength(place + 2);
    }
  });
});

describe("silence", () => {
  it("makes stale what should speak each second, and nothing else", () => {
    feed.listen("user", listener());
    connect();
    wire().confirm();
    vi.advanceTimersByTime(5_000);
    expect(feed.isStale).toBe(false);
    feed.listen("a@ticker", listener(true));
    vi.advanceTimersByTime(1);
    wire().confirm();
    vi.advanceTimersByTime(2_000);
    expect(feed.isStale).toBe(false);
    vi.advanceTimersByTime(1_500);
    expect(feed.isStale).toBe(true);
    wire().tell("a@ticker", {});
    expect(feed.isStale).toBe(false);
  });

  it("is asked about, and a connection that does not answer is cut", () => {
    feed.listen("user", listener());
    connect();
    wire().confirm();
    vi.advanceTimersByTime(10_500);
    expect(wire().methods()).toEqual(["LIST_SUBSCRIPTIONS "]);
    wire().confirm();
    vi.advanceTimersByTime(10_500);
    expect(Wire.all).toHaveLength(1);
    expect(wire().methods()).toEqual(["LIST_SUBSCRIPTIONS "]);
    vi.advanceTimersByTime(11_000);
    expect(Wire.all).toHaveLength(2);
  });
});

it("counts every message", () => {
  feed.listen("a@trade", listener());
  connect();
  wire().confirm();
  for (let number = 0; number < 250; number++) wire().tell("a@trade", { t: number });
  expect(feed.count).toBe(251);
});
