import { expect, it, vi } from "vitest";
import { hasArrived } from "$lib/account_orders";
import { CROSS, SPOT } from "$lib/place";

function answers(status: number, body: unknown): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(address);
    return Promise.resolve(Response.json(body, { status }));
  });
  return asked;
}

it.each([
  [SPOT, false, "/api/v3/order?origClientOrderId=n&symbol=BTCUSDT"],
  [SPOT, true, "/api/v3/orderList?origClientOrderId=n"],
  [CROSS, false, "/sapi/v1/margin/order?origClientOrderId=n&symbol=BTCUSDT&isIsolated=false"],
  [CROSS, true, "/sapi/v1/margin/orderList?origClientOrderId=n&symbol=BTCUSDT&isIsolated=false"],
])("whether an order of $kind has arrived is asked by its name, list: %s", async (place, isList, address) => {
  const asked = answers(200, {});
  expect(await hasArrived(place, "BTCUSDT", "n", isList)).toBe(true);
  expect(asked).toEqual([address]);
});

it("only that there is none is a no", async () => {
  answers(400, { code: -2013, msg: "Order does not exist." });
  expect(await hasArrived(SPOT, "BTCUSDT", "n")).toBe(false);
  for (const [status, code] of [
    [429, -1003],
    [401, -2015],
    [503, -1008],
  ] as const) {
    answers(status, { code, msg: "no" });
    await expect(hasArrived(SPOT, "BTCUSDT", "n")).rejects.toMatchObject({ code });
  }
});
