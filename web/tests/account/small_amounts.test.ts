import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import LiquidationLoan from "../../src/routes/account/margin/LiquidationLoan.svelte";
import Small from "../../src/routes/account/money/Small.svelte";
import { Refused, answering, sent } from "./wire";

const DEBTS = [
  { asset: "ADA", principal: "3", interest: "0.5", liabilityAsset: "USDT", liabilityQty: 2.1 },
  { asset: "DOT", principal: "1", interest: "0", liabilityAsset: "USDT", liabilityQty: 4.00000001 },
];
const EXCHANGE = "POST /sapi/v1/margin/exchange-small-liability";
const GIVE = "POST /sapi/v1/asset/dust";
const REPAY = "POST /sapi/v1/margin/liquidation-loan/repay";

const wallets = (cross: object | null) => ({ spot: { assets: [{ asset: "USDC", free: "12" }] }, cross, isolated: [] });
const small = (more: Record<string, unknown>) =>
  answering({
    "GET /account/v1/wallets": wallets({}),
    "POST /sapi/v1/asset/dust-btc": {
      details: [{ asset: "ETH", amountFree: "0.001", toBNBOffExchange: "0.004", exchange: "0.0001" }],
    },
    "GET /sapi/v1/margin/exchange-small-liability": DEBTS,
    "GET /sapi/v1/margin/exchange-small-liability-history": {
      rows: [{ timestamp: 5, asset: "SOL", amount: "0.01", targetAsset: "USDT", targetAmount: "1.5" }],
    },
    "GET /sapi/v1/asset/dribblet": { userAssetDribblets: [] },
    ...more,
  });

afterEach(() => vi.unstubAllGlobals());

it("exchanges the debts that were chosen, once, and says what they cost together", async () => {
  const all = small({ [EXCHANGE]: {} });
  render(Small);
  const user = userEvent.setup();
  const form = within(await screen.findByRole("form", { name: "Debts to pay" }));
  await user.click(form.getByRole("button", { name: "Pay with USDT" }));
  expect(form.getByRole("alert").textContent).toBe("Choose at least one.");
  expect(sent(all, EXCHANGE)).toHaveLength(0);
  await user.click(form.getByRole("button", { name: "All" }));
  expect(form.getByText(/You pay/).textContent).toContain("6.10000001 USDT");
  await user.dblClick(form.getByRole("button", { name: "Pay with USDT" }));
  expect(sent(all, EXCHANGE).map((each) => each.body)).toEqual([{ assetNames: '["ADA","DOT"]' }]);
  expect(await screen.findByText("Debt paid")).toBeTruthy();
});

it("says in words why a balance is not taken, and keeps what was chosen", async () => {
  const all = small({ [GIVE]: new Refused(400, -5006, "Only transfer once in an interval.") });
  render(Small);
  const user = userEvent.setup();
  const form = within(await screen.findByRole("form", { name: "Balances to convert" }));
  const choice = form.getByRole("checkbox", { name: /0.001 ETH/ }) as HTMLInputElement;
  await user.click(choice);
  await user.click(form.getByRole("button", { name: "Convert to BNB" }));
  expect((await form.findByRole("alert")).textContent).toContain("This was done a short time ago");
  expect(choice.checked).toBe(true);
  expect(sent(all, GIVE).map((each) => each.body)).toEqual([{ asset: '["ETH"]', accountType: "SPOT" }]);
});

it("asks nothing of a cross account that is not opened", async () => {
  const all = small({ "GET /account/v1/wallets": wallets(null) });
  render(Small);
  expect(await screen.findByText("No debt is small enough.")).toBeTruthy();
  await screen.findByText("Nothing was exchanged yet.");
  expect(all.filter((each) => each.path.includes("/margin/"))).toEqual([]);
});

it("repays a liquidation loan with no more than is free in the spot wallet", async () => {
  const all = answering({
    "GET /account/v1/wallets": wallets(null),
    "GET /sapi/v1/margin/liquidation-loan/repay-history": { rows: [] },
    [REPAY]: {},
  });
  const onpaid = vi.fn();
  const loan = { asset: "USDC", amount: "30", repaidAmount: "10", remainingAmount: "20" };
  render(LiquidationLoan, { loan, onpaid });
  const user = userEvent.setup();
  expect(await screen.findByText(/12 USDC is free/)).toBeTruthy();
  const amount = screen.getByLabelText("Amount");
  await user.type(amount, "13");
  await user.click(screen.getByRole("button", { name: "Repay" }));
  expect((await screen.findByRole("alert")).textContent).toContain("no more is free in your spot wallet");
  await user.clear(amount);
  await user.type(amount, "12");
  await user.click(screen.getByRole("button", { name: "Repay" }));
  await vi.waitFor(() => expect(onpaid).toHaveBeenCalledOnce());
  expect(sent(all, REPAY).map((each) => each.body)).toEqual([{ asset: "USDC", amount: "12" }]);
});
