import { beforeEach, describe, expect, it } from "vitest";
import { OrderDraft } from "../../src/routes/trade/desk/order_draft.svelte";
import { CROSS, SPOT } from "$lib/place";
import { FACTS } from "./facts";

const LAST = "100000";
let draft: OrderDraft;
beforeEach(() => (draft = new OrderDraft()));

describe("price, quantity and total", () => {
  it("are tied by the one that was typed last", () => {
    draft.typePrice("50000", FACTS, LAST);
    draft.typeQuantity("0.1", FACTS, LAST);
    expect(draft.total).toBe("5000");
    draft.typePrice("40000", FACTS, LAST);
    expect(draft.total).toBe("4000");
    draft.typeTotal("1000", FACTS, LAST);
    expect(draft.quantity).toBe("0.025");
    draft.typePrice("30000", FACTS, LAST);
    expect([draft.total, draft.quantity]).toEqual(["1000", "0.03333"]);
  });

  it("lose nothing to binary numbers and round down to the step", () => {
    draft.typePrice("0.1", { ...FACTS, step: "0.00000001" }, LAST);
    draft.typeQuantity("0.2", FACTS, LAST);
    expect(draft.total).toBe("0.02");
    draft.typePrice("3", FACTS, LAST);
    draft.typeTotal("1", FACTS, LAST);
    expect(draft.quantity).toBe("0.33333");
  });

  it("of a market order go by the last price, and a total that was typed is what is sent", () => {
    draft.choose("MARKET", FACTS, LAST);
    draft.typeTotal("500", FACTS, LAST);
    expect(draft.quantity).toBe("0.005");
    expect(draft.parameters("BTCUSDT", SPOT)).toMatchObject({ type: "MARKET", quoteOrderQty: "500", price: undefined });
    draft.typeQuantity("0.01", FACTS, LAST);
    expect(draft.parameters("BTCUSDT", SPOT)).toMatchObject({ quantity: "0.01" });
    expect(draft.parameters("BTCUSDT", SPOT)).not.toHaveProperty("quoteOrderQty");
  });

  it("take a comma as well, and keep what was typed", () => {
    draft.typePrice("50 000,5", FACTS, LAST);
    draft.typeQuantity("0,1", FACTS, LAST);
    expect(draft.total).toBe("5000.05");
    expect(draft.price).toBe("50 000,5");
    expect(draft.parameters("BTCUSDT", SPOT)).toMatchObject({ price: "50000.5", quantity: "0.1" });
  });
});

describe("the slider", () => {
  it("takes a share of the quote for buying and of the base for selling, down to the step", () => {
    draft.typePrice("30000", FACTS, LAST);
    draft.slide(50, "1000", FACTS, LAST);
    expect([draft.total, draft.quantity, draft.share]).toEqual(["500", "0.01666", 50]);
    draft.side = "SELL";
    draft.slide(100, "0.123456789", FACTS, LAST);
    expect([draft.quantity, draft.share]).toEqual(["0.12345", 100]);
  });

  it("goes back to nothing when a figure is typed", () => {
    draft.typePrice("30000", FACTS, LAST);
    draft.slide(75, "1000", FACTS, LAST);
    draft.typeQuantity("1", FACTS, LAST);
    expect(draft.share).toBe(0);
  });
});

describe("turning a position round", () => {
  it("trades at the market, repays with what comes in and borrows what is missing", () => {
    draft.side = "SELL";
    draft.typeTotal("5", FACTS, LAST);
    draft.reverse("0.2", FACTS, LAST);
    expect(draft.parameters("BTCUSDT", CROSS)).toMatchObject({
      side: "SELL",
      type: "MARKET",
      quantity: "0.2",
      sideEffectType: "AUTO_BORROW_REPAY",
    });
  });
});

describe("what is wrong", () => {
  const typed = (price: string, quantity: string) => {
    draft.typePrice(price, FACTS, LAST);
    draft.typeQuantity(quantity, FACTS, LAST);
  };

  it.each([
    ["", "1", "price", "This is needed."],
    ["50000", "", "quantity", "This is needed."],
    ["abc", "1", "price", "This is no number."],
    ["50000", "0", "quantity", "It must be more than 0."],
    ["50000.123", "1", "price", "At most 2 decimals."],
    ["50000", "0.000001", "quantity", "At most 5 decimals."],
    ["50000", "0.00001", "total", "At least 5 USDT."],
    ["50000", "1", "quantity", "Not enough: 1,000 USDT is there for it."],
  ])("%s × %s stands at %s", (price, quantity, field, says) => {
    typed(price, quantity);
    expect(draft.faults(FACTS, "1000", LAST)[field]).toBe(says);
  });

  it("is nothing for an order that fits, whatever a loan may add", () => {
    typed("50000", "0.02");
    expect(draft.faults(FACTS, "1000", LAST)).toEqual({});
    typed("50000", "2");
    expect(draft.faults(FACTS, null, LAST)).toEqual({});
  });

  it("is a missing trigger, distance or exit", () => {
    typed("50000", "0.02");
    draft.choose("STOP_LOSS_LIMIT", FACTS, LAST);
    expect(Object.keys(draft.faults(FACTS, null, LAST))).toEqual(["stopPrice"]);
    draft.choose("TRAILING", FACTS, LAST);
    expect(Object.keys(draft.faults(FACTS, null, LAST))).toEqual(["trailingDelta"]);
    draft.choose("LIMIT", FACTS, LAST);
    draft.hasExit = true;
    expect(Object.keys(draft.faults(FACTS, null, LAST))).toEqual(["exit"]);
  });
});

describe("what is sent", () => {
  it("has no trigger that was typed for another kind of order", () => {
    draft.choose("STOP_LOSS", FACTS, LAST);
    draft.stopPrice = "45000";
    draft.typeQuantity("0.1", FACTS, LAST);
    expect(draft.parameters("BTCUSDT", SPOT)).toMatchObject({ stopPrice: "45000" });
    draft.choose("LIMIT_MAKER", FACTS, LAST);
    expect(draft.parameters("BTCUSDT", SPOT).stopPrice).toBeUndefined();
  });

  it("names the loan mode on margin only, and a trailing distance in basis points", () => {
    draft.effect = "MARGIN_BUY";
    draft.choose("TRAILING", FACTS, LAST);
    draft.trailingDelta = "1.5";
    draft.typeQuantity("0.1", FACTS, LAST);
    expect(draft.parameters("BTCUSDT", CROSS)).toMatchObject({
      type: "STOP_LOSS",
      trailingDelta: 150,
      sideEffectType: "MARGIN_BUY",
      autoRepayAtCancel: true,
    });
    expect(draft.parameters("BTCUSDT", SPOT)).not.toHaveProperty("sideEffectType");
  });
});
