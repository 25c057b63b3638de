import { describe, expect, it } from "vitest";
import { barOf, barOfMessage, Pending, traded } from "../../src/routes/trade/market/chart/bars";
import { found, type PairLine } from "../../src/routes/trade/market/pair_search";
import { Tape } from "../../src/routes/trade/market/tape";

describe("the tape", () => {
  const message = (t: number) => ({ t, p: "1.0", q: "2.0", T: t, m: false });
  const loaded = (id: number) => ({ id, price: "1.0", quantity: "2.0", clock: "", isSale: false });
  const ids = (tape: Tape) => tape.trades.map((trade) => trade.id);

  it("has the newest first, none twice, and never more than it shows", () => {
    const tape = new Tape(3);
    for (const each of [1, 2, 2, 3, 4, 3]) tape.take(message(each));
    expect(ids(tape)).toEqual([4, 3, 2]);
  });

  it("takes what was missed in a cut from what was loaded", () => {
    const tape = new Tape(5);
    tape.take(message(1));
    tape.take(message(5));
    tape.fill([2, 3, 4, 5].map(loaded));
    expect(ids(tape)).toEqual([5, 4, 3, 2, 1]);
  });
});

describe("candles that wait to be drawn", () => {
  const bar = (timestamp: number, close = 1) => ({ timestamp, open: 1, high: 1, low: 1, close });

  it("are one of each moment, the newest, in order of time", () => {
    const pending = new Pending(10);
    [bar(2000), bar(1000), bar(2000, 7)].forEach((each) => pending.add(each));
    expect(pending.take(1000, 1000)).toEqual([bar(1000), bar(2000, 7)]);
    expect(pending.take(2000, 1000)).toEqual([]);
  });

  it("are loaded anew where one is missing", () => {
    const pending = new Pending(10);
    pending.add(bar(4000));
    expect(pending.take(2000, 1000)).toBeNull();
  });

  it("are loaded anew where too many gathered, as in a page that nobody looks at", () => {
    const pending = new Pending(3);
    for (let at = 1; at <= 50; at++) pending.add(bar(at * 1000));
    expect(pending.take(0, 1000)).toBeNull();
    pending.add(bar(51_000));
    expect(pending.take(50_000, 1000)).toEqual([bar(51_000)]);
  });

  it("of months, whose length varies, are taken as they come", () => {
    const pending = new Pending(3);
    pending.add(bar(9_000_000));
    expect(pending.take(1, 0)).toEqual([bar(9_000_000)]);
  });

  it("are the same from a page and from the stream, and move with a trade", () => {
    const row = barOf([5, "1.5", "3", "1", "2", "10"]);
    expect(row).toEqual(barOfMessage({ k: { t: 5, o: "1.5", h: "3", l: "1", c: "2", v: "10" } }));
    expect(traded(row, 4)).toMatchObject({ close: 4, high: 4, low: 1 });
    expect(traded(row, 0.5)).toMatchObject({ close: 0.5, high: 3, low: 0.5 });
  });
});

describe("the search of pairs", () => {
  const line = (base: string, quote: string, quoteVolume: string, isCross = true) =>
    ({ symbol: base + quote, base, quote, quoteVolume, isCross, isIsolated: false }) as PairLine;
  const all = [
    line("SOL", "USDT", "5"),
    line("ETH", "BTC", "900"),
    line("ETH", "USDT", "50", false),
    line("BTC", "USDT", "90"),
  ];
  const names = (typed: string, scope: "all" | "favourites" | "cross" = "all") =>
    found(all, typed, scope, (symbol) => symbol === "SOLUSDT").map((each) => each.symbol);

  it("shows pairs against dollars by volume, then the others", () => {
    expect(names("")).toEqual(["BTCUSDT", "ETHUSDT", "SOLUSDT", "ETHBTC"]);
  });

  it("finds what is typed in any case and with a stroke, what begins with it first", () => {
    expect(names("eth")).toEqual(["ETHUSDT", "ETHBTC"]);
    expect(names("eth/btc")).toEqual(["ETHBTC"]);
    expect(names("btc")).toEqual(["BTCUSDT", "ETHBTC"]);
    expect(names("doge")).toEqual([]);
  });

  it("keeps to favourites, or to the pairs of cross margin", () => {
    expect(names("", "favourites")).toEqual(["SOLUSDT"]);
    expect(names("", "cross")).toEqual(["BTCUSDT", "SOLUSDT", "ETHBTC"]);
  });
});
