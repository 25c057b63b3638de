import { describe, expect, it } from "vitest";
import { labelStarts } from "../../src/routes/trade/market/chart/labels";

const label = (y: number, width = 50) => ({ y, width });

describe("labels of lines", () => {
  it("stand at the left where they have room", () => {
    expect(labelStarts([label(10), label(40), label(80)])).toEqual([8, 8, 8]);
  });

  it("stand beside each other where their lines are close", () => {
    expect(labelStarts([label(10), label(20, 30), label(15)])).toEqual([8, 62, 96]);
  });

  it("go back to the left where the one in the way is far enough", () => {
    expect(labelStarts([label(10), label(20), label(30)])).toEqual([8, 62, 8]);
  });
});
