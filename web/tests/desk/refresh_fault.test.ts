import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import { session } from "$lib/session.svelte";
import Activity from "../../src/routes/trade/desk/Activity.svelte";
import { desk } from "../../src/routes/trade/desk/desk.svelte";

const BUSY = "The venue is busy.";
const ORDER = {
  orderId: 7,
  listId: -1,
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  status: "NEW",
  timeInForce: "GTC",
  price: "90000",
  stopPrice: "0",
  trailingDelta: 0,
  quantity: "1",
  executed: "0",
  executedQuote: "0",
  iceberg: "0",
  time: 1,
  updated: 1,
};

beforeEach(() => {
  localStorage.setItem("desk.tab", '"orders"');
  Object.assign(session, { user: { userId: 1 } });
});
afterEach(() => {
  Object.assign(session, { user: null });
  Object.assign(desk.account, { fault: "", isLoaded: false, orders: [] });
  localStorage.clear();
});

it("leaves what was last known in its place when it cannot be loaded anew", async () => {
  Object.assign(desk.account, { isLoaded: true, fault: BUSY, orders: [ORDER] });
  render(Activity);
  expect((await screen.findByRole("alert")).textContent).toContain("may be out of date");
  expect(await screen.findByRole("button", { name: "Cancel order 7" })).toBeTruthy();
});

it("says why nothing is known yet, and nothing of a date", async () => {
  Object.assign(desk.account, { fault: BUSY });
  render(Activity);
  expect((await screen.findByRole("alert")).textContent?.trim()).toBe(BUSY);
});
