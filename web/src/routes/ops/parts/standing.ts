/** What is stopped or paused, in the words of the line that stands above every page of the console. */
import type { Answer } from "$api";
import { PRODUCTS } from "./bands";

export interface Stop {
  kind: "bad" | "warn";
  text: string;
  href: string;
}

/** So many pairs are named in the line. */
const NAMED_MAX = 3;

export function stops(control: Answer<"/operator/v1/control">): Stop[] {
  const found: Stop[] = [];
  if (control.isTradingStopped) found.push({ kind: "bad", text: "All trading is stopped", href: "/ops/market" });
  const held = Object.keys(control.pairsHeldBack);
  if (held.length > 0) found.push({ kind: "warn", text: `Held back: ${listed(held)}`, href: "/ops/market" });
  if (control.isBorrowingStopped) found.push({ kind: "bad", text: "Borrowing is stopped", href: "/ops/fund" });
  const paused = Object.entries(control.liquidation).flatMap(([product, { isPausedByHand }]) =>
    isPausedByHand ? [PRODUCTS[product] ?? product] : [],
  );
  if (paused.length > 0)
    found.push({ kind: "warn", text: `Liquidation is paused: ${paused.join(", ")}`, href: "/ops/liquidations" });
  return found;
}

function listed(names: string[]): string {
  const named = names.slice(0, NAMED_MAX).join(", ");
  return names.length > NAMED_MAX ? `${named} and ${names.length - NAMED_MAX} more` : named;
}
