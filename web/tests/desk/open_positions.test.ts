import { expect, it } from "vitest";
import type { Standing } from "$lib/account.svelte";
import { openPositions } from "../../src/routes/trade/desk/open_positions";

const position = (valueInUSDT: string, side: string) => ({ valueInUSDT, side, symbol: "BTCUSDT", asset: "BTC" });
const standing = (debts: Record<string, string>) =>
  ({
    positions: [position("0.76", "LONG"), position("-4.99", "SHORT"), position("5", "LONG"), position("-6", "SHORT")],
    assets: Object.entries(debts).map(([asset, borrowed]) => ({ asset, borrowed, interest: "0" })),
  }) as unknown as Standing;
const shown = (found: Standing | null) => openPositions(found).map((each) => each.valueInUSDT);

it("what a close left over is no position any more, long or short, unless a debt hangs on it", () => {
  expect(shown(standing({ USDT: "0", BTC: "0.00", ETH: "3" }))).toEqual(["5", "-6"]);
  expect(shown(standing({ USDT: "20" }))).toEqual(["0.76", "5", "-6"]);
  expect(shown(standing({ BTC: "0.001" }))).toEqual(["-4.99", "5", "-6"]);
  expect(shown(null)).toEqual([]);
});
