/** How orders stand in tables. */
import { isZero, places } from "$lib/decimal";
import { NONE, moment, number, words } from "$lib/format";
import type { Order } from "$lib/account_orders";
import type { Column } from "$lib/table";
import { pair } from "../pair.svelte";

const priced = (value: string) => (isZero(value) ? NONE : number(value, tickPlaces()));
const tickPlaces = () => (pair.facts ? places(pair.facts.tick) : undefined);

export const sideColumn = <Row extends { side: "BUY" | "SELL" }>(): Column<Row> => ({
  name: "side",
  label: "Side",
  value: (row) => row.side,
  show: (row) => (row.side === "BUY" ? "Buy" : "Sell"),
  tone: (row) => (row.side === "BUY" ? "up" : "down"),
});

export const timeColumn = <Row extends { time: number }>(): Column<Row> => ({
  name: "time",
  label: "Time",
  value: (row) => row.time,
  show: (row) => moment(row.time),
});

/** The trigger of an order: a price, a distance that follows, or both. */
export function trigger(row: Order): string {
  const parts = isZero(row.stopPrice) ? [] : [number(row.stopPrice, tickPlaces())];
  if (row.trailingDelta > 0) parts.push(`${row.trailingDelta / 100}% trailing`);
  return parts.join(", ") || NONE;
}

export const orderColumns: Column<Order>[] = [
  timeColumn<Order>(),
  { name: "symbol", label: "Pair", value: (row) => row.symbol },
  { name: "type", label: "Type", value: (row) => words(row.type) },
  sideColumn<Order>(),
  { name: "price", label: "Price", value: (row) => row.price, show: (row) => priced(row.price), isNumber: true },
  {
    name: "quantity",
    label: "Amount",
    value: (row) => row.quantity,
    show: (row) => number(row.quantity),
    isNumber: true,
  },
  {
    name: "executed",
    label: "Filled",
    value: (row) => row.executed,
    show: (row) => number(row.executed),
    isNumber: true,
  },
  { name: "stop", label: "Trigger", value: (row) => trigger(row), isNumber: true },
];
