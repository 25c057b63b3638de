import { describe, expect, it } from "vitest";
import * as decimal from "$lib/decimal";

describe("decimal text", () => {
  it("is never a binary number", () => {
    expect(decimal.add("0.1", "0.2")).toBe("0.3");
    expect(decimal.multiply("99999999999.99999999", "100000000")).toBe("9999999999999999999");
    expect(decimal.subtract("12345678901234567890.00000001", "0.00000001")).toBe("12345678901234567890");
  });

  it("is cut to a pair's steps, never above what was given", () => {
    expect(decimal.floorTo("1.23999", "0.01000000")).toBe("1.23");
    expect(decimal.floorTo("17", "5")).toBe("15");
    expect(decimal.floorTo("0.0099", "0.01")).toBe("0.00");
  });

  it("knows how many places of a step count", () => {
    expect(["0.00100000", "1.00000000", "10", "0.00000001"].map(decimal.places)).toEqual([3, 0, 0, 8]);
  });
});

describe("what a person typed", () => {
  it.each([
    ["1234.5", "1234.5"],
    ["1,234.50", "1234.50"],
    ["1.234,50", "1234.50"],
    ["1 234,5", "1234.5"],
    ["1’234’567.8", "1234567.8"],
    ["1,234,567", "1234567"],
    ["1.234.567", "1234567"],
    ["1.234", "1.234"],
    ["12345,678", "12345.678"],
    ["-0,5", "-0.5"],
    ["0,001", "0.001"],
    [".5", "0.5"],
    ["5.", "5"],
    ["007", "7"],
    [" 42 ", "42"],
  ])("is read in any notation: %s", (typed, meant) => expect(decimal.readTyped(typed)).toBe(meant));

  it.each(["", "abc", "1e5", "1..2", "--1", "1,2,3.4.5", "1,23,456.7", ".", ",", "-", "0x10", "١"])(
    "is no number: %s",
    (typed) => expect(decimal.readTyped(typed)).toBeNull(),
  );

  it("is refused where it means a thousand to some and one to others", () => {
    expect(["1,234", "999,000", "-10,500"].map(decimal.readTyped)).toEqual([null, null, null]);
    expect(["1,234", "1.234", "1,23", "a"].map(decimal.meanings)).toEqual([["1234", "1.234"], null, null, null]);
  });
});
