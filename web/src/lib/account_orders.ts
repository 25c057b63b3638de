/** The orders and fills of an account, by whichever interface it has. */
import { Refusal, get, remove, type Answer } from "$api";
import type { Decimal } from "./decimal";
import type { Place } from "./place";

/** An order as pages show it. */
export interface Order {
  orderId: number;
  listId: number;
  clientOrderId: string;
  symbol: string;
  side: "BUY" | "SELL";
  type: string;
  status: string;
  timeInForce: string;
  price: Decimal;
  stopPrice: Decimal;
  trailingDelta: number;
  quantity: Decimal;
  executed: Decimal;
  executedQuote: Decimal;
  iceberg: Decimal;
  selfTrade: string;
  time: number;
  updated: number;
}

export interface Fill {
  id: number;
  orderId: number;
  symbol: string;
  side: "BUY" | "SELL";
  price: Decimal;
  quantity: Decimal;
  commission: Decimal;
  commissionAsset: string;
  isMaker: boolean;
  time: number;
}

type Wire = Answer<"/api/v3/openOrders">[number];

const NO_SUCH_ORDER = -2013;

const isIsolated = (place: Place) => place.kind === "isolated";

/** Returns open orders, newest first; of one pair, or of all if it is empty. */
export async function openOrders(place: Place, symbol: string, signal?: AbortSignal): Promise<Order[]> {
  const one = symbol || place.symbol || undefined;
  const found =
    place.kind === "spot"
      ? await get("/api/v3/openOrders", { symbol: one }, { signal })
      : await get("/sapi/v1/margin/openOrders", { symbol: one, isIsolated: isIsolated(place) }, { signal });
  return found.map(order).sort((a, b) => b.time - a.time);
}

/** Returns the newest orders of a pair, open and ended, newest first. */
export async function pastOrders(place: Place, symbol: string, limit: number, signal?: AbortSignal): Promise<Order[]> {
  const found =
    place.kind === "spot"
      ? await get("/api/v3/allOrders", { symbol, limit }, { signal })
      : await get("/sapi/v1/margin/allOrders", { symbol, limit, isIsolated: isIsolated(place) }, { signal });
  return found.map(order).sort((a, b) => b.time - a.time);
}

/** Returns the newest fills of a pair, newest first. */
export async function fills(place: Place, symbol: string, limit: number, signal?: AbortSignal): Promise<Fill[]> {
  const found =
    place.kind === "spot"
      ? await get("/api/v3/myTrades", { symbol, limit }, { signal })
      : await get("/sapi/v1/margin/myTrades", { symbol, limit, isIsolated: isIsolated(place) }, { signal });
  return found.map(fill).sort((a, b) => b.time - a.time || b.id - a.id);
}

/** Cancels an order; returns how much of it was filled before. */
export async function cancelOrder(place: Place, each: Pick<Order, "symbol" | "orderId">): Promise<Decimal> {
  const named = { symbol: each.symbol, orderId: each.orderId };
  const answer =
    place.kind === "spot"
      ? await remove("/api/v3/order", named)
      : await remove("/sapi/v1/margin/order", { ...named, isIsolated: isIsolated(place) });
  return (answer as { executedQty?: Decimal }).executedQty ?? "0";
}

/** Returns an order as it stands now. */
export async function orderNow(place: Place, each: Pick<Order, "symbol" | "orderId">): Promise<Order> {
  const named = { symbol: each.symbol, orderId: each.orderId };
  const found =
    place.kind === "spot"
      ? await get("/api/v3/order", named)
      : await get("/sapi/v1/margin/order", { ...named, isIsolated: isIsolated(place) });
  return order(found as Wire);
}

/**
 * Whether an order, or a list of orders, of this name has arrived: asked where the answer to it was lost. Any refusal but
 * that there is none is raised: who takes it for a no sends the order twice.
 */
export async function hasArrived(place: Place, symbol: string, name: string, isList = false): Promise<boolean> {
  const asked = { origClientOrderId: name, symbol };
  const onMargin = { ...asked, isIsolated: isIsolated(place) };
  try {
    if (place.kind === "spot")
      await (isList ? get("/api/v3/orderList", { origClientOrderId: name }) : get("/api/v3/order", asked));
    else
      await (isList
        ? get("/sapi/v1/margin/orderList", onMargin as never)
        : get("/sapi/v1/margin/order", onMargin as never));
    return true;
  } catch (fault) {
    if (fault instanceof Refusal && fault.code === NO_SUCH_ORDER) return false;
    throw fault;
  }
}

export function cancelAll(place: Place, symbol: string): Promise<unknown> {
  return place.kind === "spot"
    ? remove("/api/v3/openOrders", { symbol })
    : remove("/sapi/v1/margin/openOrders", { symbol, isIsolated: isIsolated(place) });
}

function order(wire: Wire): Order {
  return {
    orderId: wire.orderId ?? 0,
    listId: wire.orderListId ?? -1,
    clientOrderId: wire.clientOrderId ?? "",
    symbol: wire.symbol ?? "",
    side: wire.side === "SELL" ? "SELL" : "BUY",
    type: wire.type ?? "",
    status: wire.status ?? "",
    timeInForce: wire.timeInForce ?? "",
    price: wire.price ?? "0",
    stopPrice: wire.stopPrice ?? "0",
    trailingDelta: wire.trailingDelta ?? 0,
    quantity: wire.origQty ?? "0",
    executed: wire.executedQty ?? "0",
    executedQuote: wire.cummulativeQuoteQty ?? "0",
    iceberg: wire.icebergQty ?? "0",
    selfTrade: wire.selfTradePreventionMode ?? "NONE",
    time: wire.time ?? 0,
    updated: wire.updateTime ?? 0,
  };
}

function fill(wire: Answer<"/sapi/v1/margin/myTrades">[number]): Fill {
  return {
    id: wire.id ?? 0,
    orderId: wire.orderId ?? 0,
    symbol: wire.symbol ?? "",
    side: wire.isBuyer ? "BUY" : "SELL",
    price: wire.price ?? "0",
    quantity: wire.qty ?? "0",
    commission: wire.commission ?? "0",
    commissionAsset: wire.commissionAsset ?? "",
    isMaker: wire.isMaker ?? false,
    time: wire.time ?? 0,
  };
}
