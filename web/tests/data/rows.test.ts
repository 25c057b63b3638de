import { describe, expect, it } from "vitest";
import { csv } from "$lib/table";
import { figure, text } from "$lib/columns";
import { significant } from "$lib/format";
import { bracketRows } from "../../src/routes/data/parts/brackets";
import { figureRows, stateOf as changeState, type FigureRow } from "../../src/routes/data/parts/changes";
import {
  countedTo,
  firstRatio,
  stateOf,
  tierRows,
  withSlices,
  type Asset,
} from "../../src/routes/data/parts/collateral";
import { closes, merged, noted } from "../../src/routes/data/parts/index";
import { pairRow } from "../../src/routes/data/parts/isolated";

const asset = (more: Partial<Asset>): Asset => ({
  asset: "BTC",
  name: "Bitcoin",
  rank: 1,
  isCollateral: true,
  isBorrowable: true,
  indexPrice: "60000.000000000000",
  isStale: false,
  collateralCap: "0",
  isOverCap: false,
  isClosedForLongs: false,
  ...more,
});

describe("assets with their ratios", () => {
  const ratios = [
    {
      collaterals: [
        { minUsdValue: "0", maxUsdValue: "100", discountRate: "1" },
        { minUsdValue: "100", discountRate: "0" },
      ],
      assetNames: ["BTC"],
    },
  ];

  it("have the slices of their group", () => {
    const [btc, other] = withSlices([asset({}), asset({ asset: "XYZ" })], ratios);
    expect([firstRatio(btc!), countedTo(btc!)]).toEqual(["1", "100"]);
    expect([firstRatio(other!), countedTo(other!)]).toEqual([null, null]);
  });

  it("are spread a row for each slice", () => {
    const rows = tierRows(withSlices([asset({}), asset({ asset: "SHIB" })], ratios));
    expect(rows.map((each) => [each.asset, each.tier, each.from, each.to])).toEqual([
      ["BTC", 1, "0", "100"],
      ["BTC", 2, "100", null],
    ]);
  });

  it("say the worst that holds", () => {
    expect(stateOf(asset({}))).toBe("Open");
    expect(stateOf(asset({ isClosedForLongs: true }))).toBe("Closed for longs");
    expect(stateOf(asset({ isClosedForLongs: true, isOverCap: true }))).toBe("Over its cap");
    expect(stateOf(asset({ isStale: true, isOverCap: true }))).toBe("No index price");
  });
});

describe("rows made of the venue's answers", () => {
  it("begin each bracket where the one before it ends", () => {
    const bracket = (leverage: number, debtLimit: string) => ({
      leverage,
      debtLimit,
      initialRate: "0.1",
      maintenanceRate: "0.02",
      maintenanceAmount: "0",
    });
    const rows = bracketRows([{ assets: ["ETH", "BTC"], rank: 1, brackets: [bracket(20, "100"), bracket(10, "300")] }]);
    expect(rows.map((row) => [row.asset, row.bracket, row.from, row.debtLimit])).toEqual([
      ["BTC", 1, "0", "100"],
      ["BTC", 2, "100", "300"],
      ["ETH", 1, "0", "100"],
      ["ETH", 2, "100", "300"],
    ]);
  });

  it("put base and quote of a pair side by side", () => {
    const data = ["BTC", "USDT"].map((coin) => ({ coin, dailyInterest: "0.1", borrowLimit: coin }));
    const row = pairRow({ vipLevel: 0, symbol: "BTCUSDT", leverage: "10", data });
    expect([row.base, row.baseLimit, row.quote, row.quoteLimit]).toEqual(["BTC", "BTC", "USDT", "USDT"]);
  });

  it("show each changed figure by itself, a table in one line, and keep a formula from a spreadsheet", () => {
    const rows = figureRows([
      {
        time: 1,
        changeId: "a",
        state: "CHANGED",
        effectiveTime: 2,
        reason: "=cmd()",
        changes: [
          { path: "interest.rate_max", old: "0.1", new: "0.2" },
          {
            path: "assets.BTC.tiers",
            old: null,
            new: [
              ["100", "1"],
              ["200", "0.9"],
            ],
          },
        ],
      },
    ]);
    expect(rows.map((row) => [changeState(row), row.of, row.figure, row.old, row.new])).toEqual([
      ["In effect", "Interest", "Rate max", "0.1", "0.2"],
      ["In effect", "BTC", "Tiers", "", "100 / 1; 200 / 0.9"],
    ]);
    const columns = [
      text<FigureRow>("new", "New", (row) => row.new),
      text<FigureRow>("why", "Why", (row) => row.remark),
    ];
    expect(csv(rows, columns).split("\r\n")[1]).toBe("0.2,'=cmd()");
  });

  it("write bare figures to a file, whatever is shown", () => {
    const column = figure<{ amount: string }>("amount", "Amount", (row) => row.amount, { show: () => "12.3M" });
    expect(csv([{ amount: "12345678.90000000" }], [column])).toBe("Amount\r\n12345678.90000000\r\n");
  });
});

describe("prices over time", () => {
  it("merge by time, a candle that still runs at now", () => {
    const candles = closes(
      [
        [0, "1", "1", "1", "10.5", "0", 59],
        [60, "1", "1", "1", "11", "0", 119],
      ],
      100,
    );
    expect(merged(candles, [{ time: 100, index: "11.2" }])).toEqual([
      { time: 59, last: "10.5" },
      { time: 100, last: "11", index: "11.2" },
    ]);
  });

  it("are noted once a moment, and no more than asked for", () => {
    const first = noted([], { time: 1, index: "1" }, 2);
    expect(noted(first, { time: 1, index: "2" }, 2)).toBe(first);
    const third = noted(noted(first, { time: 2, index: "2" }, 2), { time: 3, index: "3" }, 2);
    expect(third.map((each) => each.time)).toEqual([2, 3]);
  });

  it("are shown with the digits that one reads", () => {
    expect(significant("70915.307678751443")).toBe("70,915.3");
    expect(significant("1.234567890123")).toBe("1.234567");
    expect(significant("0.000010863309")).toBe("0.0000108633");
    expect(significant("0.000000000000")).toBe("0");
    expect(significant(null)).toBe("–");
  });
});
