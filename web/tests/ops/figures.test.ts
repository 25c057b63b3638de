import { describe, expect, it } from "vitest";
import {
  isSame,
  readValue,
  rowDifferences,
  shownCell,
  valueFaults,
  type Figure,
} from "../../src/routes/ops/rules/figures";
import { draft } from "../../src/routes/ops/rules/draft.svelte";

const ratio: Figure = { path: "asset.BTC.trade_band", unit: "ratio", value: "0.02" };
const tiers: Figure = {
  path: "asset.BTC.collateral_tiers",
  columns: [
    { name: "value_limit", unit: "amount" },
    { name: "ratio", unit: "ratio" },
  ],
  value: [
    ["1000000", "0.95"],
    ["5000000", "0.9"],
  ],
};

describe("a change of figures", () => {
  it("sees the same figure in other words", () => {
    expect(isSame("0.10", "0.1")).toBe(true);
    expect(isSame("1", "1.00000000")).toBe(true);
    expect(isSame("0.1", "0.11")).toBe(false);
    expect(isSame("true", "false")).toBe(false);
    expect(isSame(null, "0")).toBe(false);
  });

  it("compares tables cell by cell, and a value is no table", () => {
    expect(isSame([["1", "0.50"]], [["1.0", "0.5"]])).toBe(true);
    expect(
      isSame(
        [["1", "0.5"]],
        [
          ["1", "0.5"],
          ["2", "0.4"],
        ],
      ),
    ).toBe(false);
    expect(isSame("1", [["1"]])).toBe(false);
  });

  it("reads what was typed with any marks, and refuses what is no number", () => {
    expect(readValue(ratio, "0,015")).toBe("0.015");
    expect(readValue(ratio, "much")).toBeNull();
    expect(readValue(tiers, [["1,000,000.50", "0.9"]])).toEqual([["1000000.50", "0.9"]]);
    expect(readValue(tiers, [["1000000", ""]])).toBeNull();
    expect(readValue({ path: "asset.BTC.is_collateral", unit: "flag", value: "true" }, "1")).toBeNull();
  });

  it("says what is wrong with which cell", () => {
    expect(valueFaults(ratio, "0,015")).toEqual({});
    expect(valueFaults(ratio, "much")).toEqual({ value: "This is no number." });
    expect(valueFaults(ratio, "1,234").value).toContain("1234 or 1.234");
    expect(valueFaults(ratio, "-0.1")).toEqual({ value: "It must not be below 0." });
    expect(valueFaults({ ...ratio, unit: "count" }, "1.5")).toEqual({ value: "No decimals." });
    expect(
      valueFaults(tiers, [
        ["1000000", "0.95"],
        ["5000000.123456789", ""],
      ]),
    ).toEqual({ "cell-1-0": "At most 8 decimals.", "cell-1-1": "This is no number." });
  });

  it("shows a time with what it comes to, and a flag in words", () => {
    expect(shownCell("time", "3600000")).toBe("3,600,000 (01:00:00)");
    expect(shownCell("time", "250")).toBe("250");
    expect(shownCell("flag", "true")).toBe("yes");
    expect(shownCell("ratio", "0.020")).toBe("0.02");
  });

  it("tells which rows of a table change, come and go", () => {
    const kinds = (old: string[][], next: string[][]) => rowDifferences(old, next).map((each) => each.kind);
    const old = tiers.value as string[][];
    expect(
      kinds(old, [
        ["1000000.0", "0.95"],
        ["5000000", "0.85"],
        ["9000000", "0.5"],
      ]),
    ).toEqual(["same", "changed", "added"]);
    expect(kinds(old, [["1000000", "0.95"]])).toEqual(["same", "removed"]);
    expect(kinds([], [])).toEqual([]);
  });

  it("keeps only what differs from what holds now", () => {
    draft.put(ratio, "0.03");
    draft.put(tiers, [["1000000", "0.9"]]);
    expect(draft.sent).toEqual([
      { path: ratio.path, value: "0.03" },
      { path: tiers.path, value: [["1000000", "0.9"]] },
    ]);
    draft.put(ratio, "0.020");
    expect(draft.rows.map((each) => each.path)).toEqual([tiers.path]);
    draft.changes.clear();
  });
});
