/** What is stopped or paused, in the words of the line that stands above every page of the console. */
import type { Answer } from "$api";
import { PRODUCTS } from "./bands";

export interface Stop {
  kind: "bad" | "warn";
  text: string;
  href: string;
}

export function stops(control: Answer<"/operator/v1/control">): Stop[] {
  const found: Stop[] = [];
  if (control.isTradingStopped) found.push({ kind: "bad", text: "All trading is stopped", href: "/ops/market" });
  if (control.isBorrowingStopped) found.push({ kind: "bad", text: "Borrowing is stopped", href: "/ops/fund" });
  const paused = Object.entries(control.liquidation).flatMap(([product, { isPausedByHand }]) =>
    isPausedByHand ? [PRODUCTS[product] ?? product] : [],
  );
  if (paused.length > 0)
    found.push({ kind: "warn", text: `Liquidation is paused: ${paused.join(", ")}`, href: "/ops/liquidations" });
  return found;
}
