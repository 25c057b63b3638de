import { describe, expect, it } from "vitest";
import { amountMarks, percentMarks, roundMarks } from "$lib/charts/axis";
import { heldUntil, lineOf } from "$lib/charts/lines";

interface Row {
  time: number;
  amount: string | null;
}
const look = { label: "Balance", tone: "accent" } as const;

describe("a line", () => {
  it("keeps the exact text of each point beside where it lies", () => {
    const rows = [{ amount: "10003668.41234567" }, { amount: "0.00000001" }];
    const line = lineOf(
      rows,
      look,
      (row) => row.amount,
      (value) => `${value} USDT`,
    );
    expect(line.values).toEqual([10003668.41234567, 1e-8]);
    expect(line.texts).toEqual(["10003668.41234567 USDT", "0.00000001 USDT"]);
  });

  it("says what held before where a row has no point of it", () => {
    const rows: Row[] = [
      { time: 1, amount: null },
      { time: 2, amount: "5" },
      { time: 3, amount: null },
    ];
    const line = lineOf(
      rows,
      look,
      (row) => row.amount,
      (value) => value,
    );
    expect(line.values).toEqual([null, 5, null]);
    expect(line.texts).toEqual(["–", "5", "5"]);
  });

  it("is held until now, so that a lone point becomes a line", () => {
    const at = (last: Row, time: number) => ({ ...last, time });
    const time = (row: Row) => row.time;
    expect(heldUntil([{ time: 1, amount: "5" }], 9, time, at)).toEqual([
      { time: 1, amount: "5" },
      { time: 9, amount: "5" },
    ]);
    expect(heldUntil([{ time: 9, amount: "5" }], 9, time, at)).toHaveLength(1);
    expect(heldUntil([], 9, time, at)).toEqual([]);
  });
});

describe("the marks of an axis", () => {
  it("have as many places as tell them apart", () => {
    expect(percentMarks([0, 0.000005, 0.00001])).toEqual(["0.0000%", "0.0005%", "0.0010%"]);
    expect(percentMarks([0, 0.5, 1])).toEqual(["0%", "50%", "100%"]);
    expect(amountMarks([0, 0.5, 1])).toEqual(["0.0", "0.5", "1.0"]);
  });

  it("are short unless they would be the same", () => {
    expect(amountMarks([10_000_000, 20_000_000])).toEqual(["10M", "20M"]);
    expect(amountMarks([10_000_000, 10_001_000])).toEqual(["10,000,000", "10,001,000"]);
  });

  it("lie at round figures that cover the highest", () => {
    expect(roundMarks(0.000021276)).toHaveLength(4);
    expect(roundMarks(0.000021276).at(-1)).toBeGreaterThanOrEqual(0.000021276);
    expect(roundMarks(10)).toEqual([0, 2.5, 5, 7.5, 10]);
    expect(roundMarks(0)).toEqual([0, 1]);
  });
});
