import { describe, expect, it } from "vitest";
import { movers, quotesOf, scoped, type PairLine } from "../../src/routes/home/markets";

const pair = (symbol: string, quote: string, more: Partial<PairLine> = {}) =>
  ({
    symbol,
    quote,
    status: "TRADING",
    isCross: true,
    isIsolated: false,
    priceChangePercent: "0.000",
    quoteVolume: "1.00000000",
    ...more,
  }) as PairLine;
const pairs = [
  pair("A", "USDT", { priceChangePercent: "9.5", quoteVolume: "3" }),
  pair("B", "USDT", { priceChangePercent: "10.25", quoteVolume: "20" }),
  pair("C", "USDT", { priceChangePercent: "-1", isIsolated: true }),
  pair("D", "USDT", { priceChangePercent: "-12.5", isCross: false }),
  pair("E", "USDT", { priceChangePercent: "99", quoteVolume: "0.00000000" }),
  pair("F", "USDT", { priceChangePercent: "98", status: "HALT" }),
  pair("G", "BTC", { priceChangePercent: "97" }),
];
const names = (found: PairLine[]) => found.map((each) => each.symbol);

describe("the front page's pairs", () => {
  it("that moved most are compared as decimals, and only what is traded against the quote counts", () => {
    const found = movers(pairs, "USDT", 2);
    expect(names(found.up)).toEqual(["B", "A"]);
    expect(names(found.down)).toEqual(["D", "C"]);
    expect(names(found.busy)).toEqual(["B", "A"]);
  });

  it("are those of a product, a quote, or kept", () => {
    expect(names(scoped(pairs, "isolated", "USDT", () => false))).toEqual(["C"]);
    expect(names(scoped(pairs, "favourites", "all", (symbol) => symbol === "G"))).toEqual(["G"]);
    expect(names(scoped(pairs, "all", "BTC", () => false))).toEqual(["G"]);
    expect(names(scoped(pairs, "cross", "USDT", () => false))).not.toContain("D");
  });

  it("name their quotes, those of most pairs first", () => {
    expect(quotesOf(pairs)).toEqual(["USDT", "BTC"]);
  });
});
