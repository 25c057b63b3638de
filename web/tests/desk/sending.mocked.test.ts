import { beforeEach, describe, expect, it, vi } from "vitest";
import { post } from "$api";
import { CROSS, SPOT, isolated } from "$lib/place";
import { OrderDraft } from "../../src/routes/trade/desk/order_draft.svelte";
import { send } from "../../src/routes/trade/desk/sending";
import { FACTS } from "./facts";

vi.mock("$api", async (original) => ({ ...(await original<object>()), post: vi.fn() }));
const posted = vi.mocked(post as (path: string, parameters: object) => Promise<unknown>);
let draft: OrderDraft;

beforeEach(() => {
  posted.mockReset().mockResolvedValue({ status: "NEW" });
  draft = new OrderDraft();
  draft.typePrice("50000", FACTS, null);
  draft.typeQuantity("0.1", FACTS, null);
});
const defined = (all: object) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
const sentTo = () => [posted.mock.calls[0]![0], defined(posted.mock.calls[0]![1])] as const;

describe("an order goes", () => {
  it("to spot without a loan mode, to an isolated account with its pair", async () => {
    await send(draft, "BTCUSDT", SPOT, "a");
    expect(sentTo()[0]).toBe("/api/v3/order");
    expect(sentTo()[1]).not.toHaveProperty("sideEffectType");
    posted.mockClear();
    await send(draft, "BTCUSDT", isolated("BTCUSDT"), "a");
    expect(sentTo()).toEqual([
      "/sapi/v1/margin/order",
      expect.objectContaining({ isIsolated: true, sideEffectType: "NO_SIDE_EFFECT", newClientOrderId: "a" }),
    ]);
  });

  it("as OCO with the stop below a sale and above a purchase", async () => {
    draft.choose("OCO", FACTS, null);
    draft.stopPrice = "45000";
    draft.side = "SELL";
    await send(draft, "BTCUSDT", SPOT, "a");
    expect(sentTo()).toEqual([
      "/api/v3/orderList/oco",
      expect.objectContaining({
        aboveType: "LIMIT_MAKER",
        abovePrice: "50000",
        belowType: "STOP_LOSS",
        belowStopPrice: "45000",
      }),
    ]);
    posted.mockClear();
    draft.side = "BUY";
    draft.stopLimitPrice = "55500";
    await send(draft, "BTCUSDT", SPOT, "a");
    expect(sentTo()[1]).toMatchObject({ belowType: "LIMIT_MAKER", aboveType: "STOP_LOSS_LIMIT", abovePrice: "55500" });
    posted.mockClear();
    await send(draft, "BTCUSDT", CROSS, "a");
    expect(sentTo()).toEqual([
      "/sapi/v1/margin/order/oco",
      expect.objectContaining({ price: "50000", stopPrice: "45000", stopLimitPrice: "55500", isIsolated: false }),
    ]);
  });

  it("with its exit: profit above and loss below what was bought", async () => {
    draft.hasExit = true;
    draft.takeProfit = "60000";
    await send(draft, "BTCUSDT", CROSS, "a");
    expect(sentTo()).toEqual([
      "/sapi/v1/margin/order/oto",
      expect.objectContaining({
        workingSide: "BUY",
        pendingSide: "SELL",
        pendingType: "LIMIT_MAKER",
        pendingPrice: "60000",
        pendingQuantity: "0.1",
      }),
    ]);
    posted.mockClear();
    draft.stopLoss = "45000";
    await send(draft, "BTCUSDT", SPOT, "a");
    expect(sentTo()).toEqual([
      "/api/v3/orderList/opoco",
      expect.objectContaining({
        pendingAbovePrice: "60000",
        pendingBelowType: "STOP_LOSS",
        pendingBelowStopPrice: "45000",
      }),
    ]);
    expect(sentTo()[1]).not.toHaveProperty("pendingQuantity");
  });
});
