import { describe, expect, it } from "vitest";
import { alerts } from "../../src/routes/ops/overview/alerts";
import { busiest, heights, inBand, lastHour, levels, total, type Overview } from "../../src/routes/ops/overview/totals";
import { isTooMuch, lengths, shareOf, side, type Rung } from "../../src/routes/ops/risk/ladder";
import { linksFor } from "../../src/routes/ops/parts/links";

const product = (counts: number[], debts: string[]) => ({
  accounts: 5,
  indebted: 3,
  inLiquidation: 0,
  assets: "100.5",
  liabilities: "10.00000001",
  collateral: "90",
  statuses: { NORMAL: 2, MARGIN_CALL: 1 },
  levels: counts.map((accounts, at) => ({ from: `1.${at}`, accounts, liabilities: debts[at]! })),
});
const view: Overview = {
  time: 1,
  sequence: 2,
  users: 3,
  liquidations: 0,
  isTradingStopped: false,
  isBorrowingStopped: false,
  pausedProducts: [],
  indexTime: 1,
  staleAssets: [],
  fundValue: "5",
  products: { CLASSIC: product([1, 2], ["4", "6"]), ISOLATED: product([3, 0], ["0.1", "0"]) },
};

describe("the overview", () => {
  it("names the busiest pool, and counts the liquidations of the last hour", () => {
    const pools = [
      { asset: "BTC", utilisation: "0.5" },
      { asset: "ETH", utilisation: "0.75" },
    ] as Parameters<typeof busiest>[0];
    expect(busiest(pools)?.asset).toBe("ETH");
    expect(busiest([])).toBeUndefined();
    const cases = [{ locked: 9_000_000 }, { locked: 6_400_001 }, { locked: 6_400_000 }] as Parameters<
      typeof lastHour
    >[0];
    expect(lastHour(cases, 10_000_000)).toBe(2);
  });

  it("sums products exactly", () => {
    expect(total(view, "liabilities")).toBe("20.00000002");
    expect(inBand(view, "MARGIN_CALL")).toBe(2);
    expect(levels(view, "ALL").map((each) => [each.accounts, each.liabilities])).toEqual([
      [4, "4.1"],
      [2, "6"],
    ]);
    expect(levels(view, "ISOLATED")[0]!.accounts).toBe(3);
    expect(levels(view, "PRO")).toEqual([]);
  });

  it("draws the largest bar whole, and nothing of nothing", () => {
    expect(heights(levels(view, "ALL"), false)).toEqual([1, 0.5]);
    expect(heights(levels(view, "ALL"), true)[1]).toBe(1);
    expect(heights([{ from: "0", accounts: 0, liabilities: "0" }], true)).toEqual([0]);
  });

  it("warns of what is stopped, paused and stale, and of nothing else", () => {
    expect(alerts(view)).toEqual([]);
    const bad = { ...view, isTradingStopped: true, pausedProducts: ["PRO"], staleAssets: ["BTC", "ETH"] };
    expect(alerts(bad).map((each) => each.text)).toEqual([
      "All trading is stopped.",
      "Liquidation is paused: Cross Pro.",
      "2 stale: BTC, ETH.",
    ]);
  });
});

describe("the price ladder", () => {
  const rung = (debtValue: string, depth: string): Rung => ({
    fall: "0.10",
    accounts: 1,
    debtValue,
    debtValueByProduct: {},
    toSell: [
      { asset: "BTC", value: "7", depth },
      { asset: "USDT", value: "1000", depth: "0" },
    ],
    toBuy: [],
  });

  it("leaves out what all is paid in", () => expect(side(rung("5", "20").toSell)).toEqual({ value: "7", depth: "20" }));
  it("measures all bars by the largest debt: deeper books are no longer", () =>
    expect(lengths([rung("5", "4"), rung("10", "2000")])).toEqual([
      [0.5, 0.4],
      [1, 1],
    ]));
  it("says how much of the books would be taken, where they hold anything", () => {
    expect(shareOf({ value: "7", depth: "20" }, "no bids")).toBe("0.35");
    expect(shareOf({ value: "7", depth: "0" }, "no bids")).toBe("no bids");
    expect(shareOf({ value: "0", depth: "0" }, "no bids")).toBeNull();
  });
  it("warns where the books do not take it all, and where they hold nothing", () => {
    const sides = [
      ["7", "20"],
      ["7", "7"],
      ["0", "0"],
      ["7", "6"],
      ["7", "0"],
    ] as const;
    expect(sides.map(([value, depth]) => isTooMuch({ value, depth }))).toEqual([false, false, false, true, true]);
  });
});

describe("the console's pages", () => {
  const pages = (...mine: string[]) =>
    linksFor((...roles) => mine.includes("ADMIN") || roles.some((role) => mine.includes(role)))
      .flatMap(([, links]) => links)
      .map(([address]) => address);
  it("are those of the role", () => {
    expect(pages("SUPPORT")).toEqual(["/ops", "/ops/users", "/ops/verification"]);
    expect(pages("RISK")).not.toContain("/ops/verification");
    expect(pages("ADMIN")).toContain("/ops/withdrawals");
    expect(pages()).toEqual([]);
  });
});
