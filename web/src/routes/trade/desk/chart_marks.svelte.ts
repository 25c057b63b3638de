/** Puts the account's orders, entry, call, liquidation and fills into the chart. */
import { fills } from "$lib/account_orders";
import { isZero } from "$lib/decimal";
import { number } from "$lib/format";
import { resource } from "$lib/resource.svelte";
import { marks, type Line } from "../marks.svelte";
import { pair } from "../pair.svelte";
import { beginChange } from "./changing.svelte";
import { desk } from "./desk.svelte";
import { openPositions } from "./open_positions";

const FILLS = 200;
/** Index prices of assets are in USDT: they are lines of a chart in USDT only. */
const INDEX_QUOTE = "USDT";

/** Keeps the chart's marks up to date as long as the component is there. */
export function drawMarks(): void {
  const done = resource(async (signal) => {
    void desk.account.version;
    const symbol = pair.facts?.symbol;
    if (!desk.account.place || !symbol || !desk.account.isOpen) return [];
    return fills(desk.account.place, symbol, FILLS, signal);
  });
  $effect(() => {
    marks.lines = [...orderLines(), ...standingLines()];
  });
  $effect(() => {
    marks.fills = (done.value ?? []).map(({ id, time, price, quantity, side }) => ({
      id,
      time,
      price,
      quantity,
      side,
    }));
  });
  $effect(() => () => {
    marks.lines = [];
    marks.fills = [];
  });
}

function orderLines(): Line[] {
  const symbol = pair.facts?.symbol;
  return desk.account.orders
    .filter((each) => each.symbol === symbol && !(isZero(each.price) && isZero(each.stopPrice)))
    .map((order) => ({
      id: `order-${order.orderId}`,
      price: isZero(order.price) ? order.stopPrice : order.price,
      kind: "order" as const,
      label: `${order.side === "BUY" ? "Buy" : "Sell"} ${number(order.quantity)}`,
      side: order.side,
      onMoved: isZero(order.price) || order.listId >= 0 ? undefined : (price: string) => beginChange(order, price),
    }));
}

function standingLines(): Line[] {
  const { standing } = desk.account;
  const facts = pair.facts;
  if (!standing || !facts) return [];
  const lines: Line[] = [];
  const add = (id: string, kind: Line["kind"], label: string, price: string | null | undefined) => {
    if (price && !isZero(price)) lines.push({ id, kind, label, price });
  };
  const position = openPositions(standing).find((each) => each.symbol === facts.symbol);
  add("entry", "entry", "Entry", position?.entryPrice);
  if (standing.symbol) {
    add("call", "margin-call", "Margin call", standing.marginCallPrice);
    add("liquidation", "liquidation", "Liquidation", standing.liquidatePrice);
  } else if (facts.quote === INDEX_QUOTE) {
    const base = standing.assets.find((each) => each.asset === facts.base);
    add("call-below", "margin-call", "Margin call", base?.marginCalledBelow);
    add("call-above", "margin-call", "Margin call", base?.marginCalledAbove);
    add("liquidation-below", "liquidation", "Liquidation", base?.liquidatedBelow);
    add("liquidation-above", "liquidation", "Liquidation", base?.liquidatedAbove);
  }
  return lines;
}
