/** The order that is being changed, by the list of open orders or by its line in the chart. */
import { Down, Refusal, post, put } from "$api";
import { cancelOrder, type Order } from "$lib/account_orders";
import { compare, isZero, type Decimal } from "$lib/decimal";
import { isMargin, type Place } from "$lib/place";
import type { Effect } from "./order_kinds";
import { orderName } from "./order_name";

interface Changing {
  order: Order | null;
  /** The price it was dragged to. */
  price: string | null;
  /** It is cancelled, and the order that was to take its place was refused. */
  isGone: boolean;
}

/** A cancel that was done, and a new order that was not. */
const HALF_DONE = -2021;

export const changing = $state<Changing>({ order: null, price: null, isGone: false });
/** Kept while it is unknown whether the new order arrived: sent again under the same name it is refused as a double. */
let name = "";

export interface Change {
  price: string;
  quantity: string;
  effect: Effect;
}

export function beginChange(order: Order | null, price: string | null = null): void {
  Object.assign(changing, { order, price, isGone: false });
  name = "";
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
  name ||= orderName();
  try {
    if (changing.isGone || isMargin(place)) await renew(order, place, wanted);
    else if (isSmaller(order, place, wanted)) await shrink(order, wanted);
    else await replace(order, wanted);
  } catch (fault) {
    if (!(fault instanceof Down)) name = "";
    throw fault;
  }
}

const shrink = ({ symbol, orderId }: Order, wanted: Change) =>
  put("/api/v3/order/amend/keepPriority", { symbol, orderId, newQty: wanted.quantity });

/** Two acts, for margin has none that does both. */
async function renew(order: Order, place: Place, wanted: Change): Promise<void> {
  if (!changing.isGone) await cancelOrder(place, order);
  changing.isGone = true;
  const anew = { ...renewed(order, wanted), newClientOrderId: name };
  if (!isMargin(place)) await post("/api/v3/order", anew as never);
  else {
    const effect = { isIsolated: place.kind === "isolated", sideEffectType: wanted.effect };
    await post("/sapi/v1/margin/order", { ...anew, ...effect } as never);
  }
}

async function replace(order: Order, wanted: Change): Promise<void> {
  const mode = { cancelReplaceMode: "STOP_ON_FAILURE", cancelOrderId: order.orderId, newClientOrderId: name };
  try {
    await post("/api/v3/order/cancelReplace", { ...renewed(order, wanted), ...mode } as never);
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    changing.isGone = fault.code === HALF_DONE;
    throw innerRefusal(fault);
  }
}

/** Returns why the one of the two acts was refused. */
function innerRefusal(fault: Refusal): Refusal {
  const acts = (fault.body.data ?? {}) as Record<string, { code?: number; msg?: string } | null | undefined>;
  const failed = [acts.cancelResponse, acts.newOrderResponse].find((each) => (each?.code ?? 0) < 0);
  return failed ? new Refusal(fault.status, failed.code!, failed.msg ?? "", fault.wait) : fault;
}

/** What an order has not got is zero in the answer, and must not be sent. */
const given = (value: Decimal) => (isZero(value) ? undefined : value);

function renewed(order: Order, wanted: Change) {
  const { symbol, side, type } = order;
  return {
    symbol,
    side,
    type,
    price: wanted.price,
    quantity: wanted.quantity,
    timeInForce: type === "LIMIT_MAKER" ? undefined : order.timeInForce,
    stopPrice: given(order.stopPrice),
    trailingDelta: order.trailingDelta || undefined,
    icebergQty: given(order.iceberg),
  };
}
