import { describe, expect, it } from "vitest";
import * as format from "$lib/format";

describe("figures", () => {
  it("are grouped as text, with every digit kept", () => {
    expect(format.number("12345678901234567890.12345678")).toBe("12,345,678,901,234,567,890.12345678");
    expect(format.number("-1234.5000", 2)).toBe("-1,234.50");
    expect(format.number("999")).toBe("999");
  });

  it("show a dash where there are none", () => {
    expect([format.number(null), format.percent(undefined), format.short("x")]).toEqual(["–", "–", "–"]);
  });

  it("are cut, never rounded up: nobody is shown more than he has", () => {
    expect(format.number("0.99999999", 2)).toBe("0.99");
  });

  it("are short where they are large", () => {
    expect(["9999", "12345.6", "1234567", "2000000000", "-45600000", "3100000000000"].map(format.short)).toEqual([
      "9,999.00",
      "12.34K",
      "1.23M",
      "2B",
      "-45.6M",
      "3.1T",
    ]);
  });

  it("are shares in per cent, and changes with their sign", () => {
    expect(format.percent("0.0125")).toBe("1.25%");
    expect([format.change("1.5"), format.change("-2.25"), format.change("0.00")]).toEqual([
      "+1.50%",
      "-2.25%",
      "0.00%",
    ]);
  });

  it("are spans that count down", () => {
    expect([0, 65_000, 3_600_000, 100_000_000].map(format.span)).toEqual([
      "00:00",
      "01:05",
      "01:00:00",
      "1 d 03:46:40",
    ]);
  });

  it("are words of names", () => {
    expect(["AUTO_REPAY", "firstTransfer", "margin-risk"].map(format.words)).toEqual([
      "Auto repay",
      "First transfer",
      "Margin risk",
    ]);
  });
});
