import { describe, expect, it } from "vitest";
import { fromUnits, toUnits } from "$lib/decimal";
import { ladder, spreadOf, stepsOf, type Rung } from "../../src/routes/trade/market/ladder";

const level = (price: string, quantity: string) => ({
  price,
  quantity,
  priceUnits: toUnits(price),
  quantityUnits: toUnits(quantity),
});
const shown = (rungs: Rung[]) =>
  rungs.map(({ price, quantity, total }) => [price, quantity, total].map((each) => fromUnits(each, 2)));

const BIDS = [level("99.97", "1"), level("99.93", "2"), level("99.89", "4"), level("98.00", "8")];
const ASKS = [level("100.01", "1"), level("100.10", "2"), level("100.11", "4")];

describe("a ladder", () => {
  it("at the tick shows each level, with what stands up to it", () => {
    expect(shown(ladder(BIDS, true, toUnits("0.01"), 3))).toEqual([
      ["99.97", "1.00", "1.00"],
      ["99.93", "2.00", "3.00"],
      ["99.89", "4.00", "7.00"],
    ]);
  });

  it("gathers bids at the price below and asks at the price above: none looks better than it is", () => {
    expect(shown(ladder(BIDS, true, toUnits("0.1"), 10))).toEqual([
      ["99.90", "3.00", "3.00"],
      ["99.80", "4.00", "7.00"],
      ["98.00", "8.00", "15.00"],
    ]);
    expect(shown(ladder(ASKS, false, toUnits("0.1"), 10))).toEqual([
      ["100.10", "3.00", "3.00"],
      ["100.20", "4.00", "7.00"],
    ]);
  });

  it("shows a group whole though more groups follow", () => {
    expect(shown(ladder(BIDS, true, toUnits("0.1"), 1))).toEqual([["99.90", "3.00", "3.00"]]);
  });

  it("of an empty side is empty", () => {
    expect(ladder([], true, 1n, 10)).toEqual([]);
  });
});

describe("steps", () => {
  it("begin at the tick and stay well below the price", () => {
    const steps = (tick: string, price: string) =>
      stepsOf(toUnits(tick), toUnits(price)).map((each) => fromUnits(each));
    expect(steps("0.01", "60000")).toEqual(
      ["0.01", "0.10", "1.00", "10.00", "100.00", "1000.00"].map((each) => each.padEnd(each.indexOf(".") + 9, "0")),
    );
    expect(steps("0.00000001", "0.00000009")).toEqual(["0.00000001"]);
  });
});

describe("the spread", () => {
  it("is what lies between the best prices, and its share of their middle in hundredths of a per cent", () => {
    expect(spreadOf(toUnits("99"), toUnits("101"))).toEqual({ size: toUnits("2"), share: 200n });
  });

  it("is none where a side is empty", () => {
    expect([spreadOf(undefined, 1n), spreadOf(1n, undefined)]).toEqual([null, null]);
  });
});
