import { describe, expect, it } from "vitest";
import { placeOf, zonesOf } from "../../src/routes/trade/desk/gauge";

const CLASSIC = { borrow: "1.25", transferOut: "2", marginCall: "1.16", liquidation: "1.1", liquidationEnds: "1.25" };

describe("the gauge", () => {
  it("has a zone for each band, from the worst to the best", () => {
    expect(zonesOf(CLASSIC).map((zone) => zone.words)).toEqual([
      "Liquidation",
      "Margin call",
      "No new loans",
      "No transfers out",
      "Safe",
    ]);
    expect(zonesOf({ ...CLASSIC, borrow: null })).toHaveLength(4);
  });

  it("puts a level on a threshold into the worse zone, and keeps their order", () => {
    const zones = zonesOf(CLASSIC);
    expect(placeOf("1.1", zones)).toBeCloseTo(1 / 5);
    expect(placeOf("1.16", zones)).toBeCloseTo(2 / 5);
    const along = ["0", "1.05", "1.1", "1.13", "1.2", "1.5", "2", "3", "9"].map((level) => placeOf(level, zones));
    expect(along).toEqual([...along].sort((a, b) => a - b));
    expect([along[0], along.at(-1)]).toEqual([0, 1]);
  });
});
