/** The order that is being changed, by the list of open orders or by its line in the chart. */
import { Down, Refusal, post, put } from "$api";
import { cancelOrder, hasArrived, orderNow, type Order } from "$lib/account_orders";
import { add, compare, isZero, subtract, type Decimal } from "$lib/decimal";
import { isMargin, type Place } from "$lib/place";
import type { Effect } from "./order_kinds";
import { orderName } from "./order_name";

/**
 * How far a change has come: not begun; the order is cancelled and the one that was to take its place was refused; or
 * an answer was lost, and nobody knows.
 */
type Stage = "" | "gone" | "unknown";

interface Changing {
  order: Order | null;
  /** The price it was dragged to. */
  price: string | null;
  stage: Stage;
}

/** A cancel that was done, and a new order that was not. */
const HALF_DONE = -2021;
const FILLED_MEANWHILE = "Part of it was filled meanwhile: look at the amount again.";

export const changing = $state<Changing>({ order: null, price: null, stage: "" });
/** The new order's name, kept while nobody knows whether it arrived: by it the venue is asked. */
let name = "";

export interface Change {
  price: string;
  /** What is to be left of it, without what is filled already. */
  quantity: string;
  effect: Effect;
}

export function beginChange(order: Order | null, price: string | null = null): void {
  Object.assign(changing, { order, price, stage: "" });
  name = "";
}

/** What is left of an order to be filled. */
export const leftOf = (order: Order): Decimal => subtract(order.quantity, order.executed);

/** Says how a change will be made, in a sentence. */
export function wayOf(order: Order, place: Place, change: Change): string {
  if (isSmaller(order, place, change)) return "It becomes smaller and keeps its place in the queue.";
  return "It is cancelled and placed anew, at the end of the queue.";
}

/** Spot lets an order become smaller; anything else is a cancel and a new order. */
function isSmaller(order: Order, place: Place, change: Change): boolean {
  return !isMargin(place) && compare(change.price, order.price) === 0 && compare(change.quantity, leftOf(order)) < 0;
}

export async function change(order: Order, place: Place, wanted: Change): Promise<void> {
  if (changing.stage === "unknown" && (await hasArrived(place, order.symbol, name))) return;
  name ||= orderName();
  try {
    await act(order, place, wanted);
  } catch (fault) {
    if (fault instanceof Down) changing.stage = "unknown";
    else name = "";
    throw fault;
  }
}

/** Does what is still to be done, after a look at how the order stands now. */
async function act(order: Order, place: Place, wanted: Change): Promise<void> {
  if (changing.stage === "gone") return placeAnew(order, place, wanted);
  const now = await orderNow(place, order);
  const isGone = changing.stage === "unknown" && now.status === "CANCELED";
  if (compare(now.executed, order.executed) !== 0) throw filledMeanwhile(now, wanted, isGone ? "gone" : "");
  if (isGone) await placeAnew(order, place, wanted);
  else if (isMargin(place)) await renew(order, place, wanted);
  else if (isSmaller(order, place, wanted)) await shrink(order, wanted);
  else await replace(order, wanted);
}

/** The venue counts the whole order, with what is filled of it. */
const shrink = ({ symbol, orderId, executed }: Order, wanted: Change) =>
  put("/api/v3/order/amend/keepPriority", { symbol, orderId, newQty: add(executed, wanted.quantity) });

/** Two acts, for margin has none that does both. */
async function renew(order: Order, place: Place, wanted: Change): Promise<void> {
  const executed = await cancelOrder(place, order);
  if (compare(executed, order.executed) !== 0) throw filledMeanwhile({ ...order, executed }, wanted, "gone");
  await placeAnew(order, place, wanted);
}

/** Has the amount looked at again: a new order of what was wanted would be too much. */
function filledMeanwhile(now: Order, wanted: Change, stage: Stage): Refusal {
  Object.assign(changing, { order: now, price: wanted.price, stage });
  return new Refusal(409, 0, FILLED_MEANWHILE);
}

/** Places what is to take the place of an order that is cancelled. */
async function placeAnew(order: Order, place: Place, wanted: Change): Promise<void> {
  const anew = { ...renewed(order, wanted), newClientOrderId: name };
  const effect = { isIsolated: place.kind === "isolated", sideEffectType: wanted.effect };
  try {
    if (isMargin(place)) await post("/sapi/v1/margin/order", { ...anew, ...effect } as never);
    else await post("/api/v3/order", anew as never);
  } catch (fault) {
    if (fault instanceof Refusal) changing.stage = "gone";
    throw fault;
  }
}

async function replace(order: Order, wanted: Change): Promise<void> {
  const mode = { cancelReplaceMode: "STOP_ON_FAILURE", cancelOrderId: order.orderId, newClientOrderId: name };
  try {
    await post("/api/v3/order/cancelReplace", { ...renewed(order, wanted), ...mode } as never);
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    changing.stage = fault.code === HALF_DONE ? "gone" : "";
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
