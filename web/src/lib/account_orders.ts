/** The orders and fills of an account, by whichever interface it has. */
import { get, remove, type Answer } from "$api";
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

export function cancelOrder(place: Place, each: Pick<Order, "symbol" | "orderId">): Promise<unknown> {
  const named = { symbol: each.symbol, orderId: each.orderId };
  return place.kind === "spot"
    ? remove("/api/v3/order", named)
    : remove("/sapi/v1/margin/order", { ...named, isIsolated: isIsolated(place) });
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
