/** The order that is being changed, by the list of open orders or by its line in the chart. */
import { post, put } from "$api";
import { cancelOrder, type Order } from "$lib/account_orders";
import { compare } from "$lib/decimal";
import { isMargin, type Place } from "$lib/place";
import type { Effect } from "./order_kinds";

export const changing = $state<{ order: Order | null; price: string | null }>({ order: null, price: null });

export interface Change {
  price: string;
  quantity: string;
  effect: Effect;
}

/** Says how a change will be made, in a sentence. */
export function wayOf(order: Order, place: Place, change: Change): string {
  if (isSmaller(order, place, change)) return "It becomes smaller and keeps its place in the queue.";
  return "It is cancelled and placed anew, at the end of the queue.";
}

/** Spot lets an order become smaller; anything else is a cancel and a new order. */
function isSmaller(order: Order, place: Place, change: Change): boolean {
  return !isMargin(place) && compare(change.price, order.price) === 0 && compare(change.quantity, order.quantity) < 0;
}

export async function change(order: Order, place: Place, wanted: Change): Promise<void> {
  const { symbol, orderId } = order;
  if (isSmaller(order, place, wanted)) {
    await put("/api/v3/order/amend/keepPriority", { symbol, orderId, newQty: wanted.quantity });
    return;
  }
  const anew = renewed(order, wanted);
  if (!isMargin(place)) {
    const mode = { cancelReplaceMode: "STOP_ON_FAILURE", cancelOrderId: orderId };
    await post("/api/v3/order/cancelReplace", { ...anew, ...mode } as never);
    return;
  }
  await cancelOrder(place, order);
  const effect = { isIsolated: place.kind === "isolated", sideEffectType: wanted.effect };
  await post("/sapi/v1/margin/order", { ...anew, ...effect } as never);
}

function renewed(order: Order, wanted: Change) {
  const { symbol, side, type } = order;
  return {
    symbol,
    side,
    type,
    price: wanted.price,
    quantity: wanted.quantity,
    timeInForce: type === "LIMIT_MAKER" ? undefined : order.timeInForce,
    stopPrice: order.stopPrice,
    trailingDelta: order.trailingDelta || undefined,
    icebergQty: order.iceberg,
  };
}
