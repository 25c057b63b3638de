import { expect, it } from "vitest";
import type { Standing } from "$lib/account.svelte";
import { openPositions } from "../../src/routes/trade/desk/open_positions";

it("what a close left over is no position any more, long or short", () => {
  const positions = ["0.76", "-4.99", "5", "-6", "1000"].map((valueInUSDT) => ({ valueInUSDT }));
  const found = openPositions({ positions } as unknown as Standing);
  expect(found.map((each) => each.valueInUSDT)).toEqual(["5", "-6", "1000"]);
  expect(openPositions(null)).toEqual([]);
});
