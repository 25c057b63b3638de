/** Sends a drafted order to the account it is meant for: one order, or a list of those that hang together. */
import { post } from "$api";
import { readTyped } from "$lib/decimal";
import { isMargin, type Place } from "$lib/place";
import type { OrderDraft } from "./order_draft.svelte";

/** One order in words, for the confirmation and for the answer. */
export interface Sent {
  status: string;
}

/** Whether a draft is a list of orders that hang together. */
export const isList = (draft: OrderDraft): boolean => draft.kind === "OCO" || (draft.hasExit && draft.kind === "LIMIT");

export async function send(draft: OrderDraft, symbol: string, place: Place, clientId: string): Promise<Sent> {
  if (draft.kind === "OCO") return sendOco(draft, symbol, place, clientId);
  if (draft.hasExit && draft.kind === "LIMIT") return sendWithExit(draft, symbol, place, clientId);
  const order = { ...draft.parameters(symbol, place), newClientOrderId: clientId };
  const answer = isMargin(place)
    ? await post("/sapi/v1/margin/order", { ...order, isIsolated: place.kind === "isolated" } as never)
    : await post("/api/v3/order", order as never);
  return { status: (answer as { status?: string }).status ?? "NEW" };
}

async function sendOco(draft: OrderDraft, symbol: string, place: Place, clientId: string): Promise<Sent> {
  const [price, stopPrice, limit] = [draft.price, draft.stopPrice, draft.stopLimitPrice].map(figure);
  const shared = { ...listed(draft, symbol, clientId), side: draft.side, quantity: figure(draft.quantity) };
  if (isMargin(place)) {
    await post("/sapi/v1/margin/order/oco", {
      ...shared,
      ...onMargin(draft, place),
      price,
      stopPrice,
      stopLimitPrice: limit,
      stopLimitTimeInForce: limit && "GTC",
    } as never);
  } else {
    const [maker, stop] = draft.isBuy ? ["below", "above"] : ["above", "below"];
    await post("/api/v3/orderList/oco", {
      ...shared,
      ...named(maker!, { Type: "LIMIT_MAKER", Price: price }),
      ...named(stop!, stopLeg(stopPrice, limit)),
    } as never);
  }
  return { status: "NEW" };
}

/** A limit order, and what closes its position once it is filled: one order, or two of which one cancels the other. */
async function sendWithExit(draft: OrderDraft, symbol: string, place: Place, clientId: string): Promise<Sent> {
  const [profit, loss] = [draft.takeProfit, draft.stopLoss].map(figure);
  const working = {
    ...listed(draft, symbol, clientId),
    workingType: "LIMIT",
    workingTimeInForce: draft.timeInForce,
    workingSide: draft.side,
    workingQuantity: figure(draft.quantity),
    workingPrice: figure(draft.price),
    workingIcebergQty: figure(draft.icebergQty),
    pendingSide: draft.isBuy ? "SELL" : "BUY",
  };
  // On spot what is bought pays its own fee, so that the exit must be as large as what came in: OPO. Margin has none.
  const sized = isMargin(place) || !draft.isBuy ? { pendingQuantity: working.workingQuantity } : {};
  const kind = "pendingQuantity" in sized ? ["oto", "otoco"] : ["opo", "opoco"];
  const exit =
    profit && loss
      ? { ...profitLeg(draft, profit), ...lossLeg(draft, loss) }
      : profit
        ? { pendingType: "LIMIT_MAKER", pendingPrice: profit }
        : { pendingType: "STOP_LOSS", pendingStopPrice: loss };
  const name = profit && loss ? kind[1]! : kind[0]!;
  const path = isMargin(place) ? `/sapi/v1/margin/order/${name}` : `/api/v3/orderList/${name}`;
  await post(path as "/api/v3/orderList/oto", { ...working, ...sized, ...exit, ...onMargin(draft, place) } as never);
  return { status: "NEW" };
}

/** Taking profit lies above what was bought and below what was sold; the stop lies on the other side. */
const profitLeg = (draft: OrderDraft, price: string) =>
  named(draft.isBuy ? "pendingAbove" : "pendingBelow", { Type: "LIMIT_MAKER", Price: price });
const lossLeg = (draft: OrderDraft, stop: string) =>
  named(draft.isBuy ? "pendingBelow" : "pendingAbove", { Type: "STOP_LOSS", StopPrice: stop });

function stopLeg(stopPrice: string | undefined, limit: string | undefined) {
  return limit
    ? { Type: "STOP_LOSS_LIMIT", StopPrice: stopPrice, Price: limit, TimeInForce: "GTC" }
    : { Type: "STOP_LOSS", StopPrice: stopPrice };
}

function listed(draft: OrderDraft, symbol: string, clientId: string) {
  return { symbol, listClientOrderId: clientId, selfTradePreventionMode: draft.selfTrade || undefined };
}

const onMargin = (draft: OrderDraft, place: Place) =>
  isMargin(place) ? { isIsolated: place.kind === "isolated", ...draft.marginParameters(place) } : {};

const figure = (text: string): string | undefined => readTyped(text) ?? undefined;
const named = (prefix: string, members: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [prefix + name, value]));
