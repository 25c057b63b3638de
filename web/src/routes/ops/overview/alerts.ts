/** What an operator should know at once, from what the venue says of itself. */
import type { Answer } from "$api";
import { compare } from "$lib/decimal";
import { number, words } from "$lib/format";
import { PRODUCTS } from "../parts/bands";
import type { Overview } from "./totals";

export interface Alert {
  text: string;
  kind: "bad" | "warn";
  href: string;
}
type Restrictions = Answer<"/operator/v1/restrictions">;
type Fund = Answer<"/operator/v1/fund">;
type Reconciliation = Answer<"/operator/v1/reconciliation">;

const NAMED_MAX = 8;

export function alerts(view: Overview, held?: Restrictions, fund?: Fund, books?: Reconciliation): Alert[] {
  const found: Alert[] = [];
  const tell = (kind: Alert["kind"], href: string, text: string) => found.push({ kind, href, text });
  if (books && !books.isBalanced) tell("bad", "/ops/reconciliation", "The books do not balance.");
  if (view.isTradingStopped) tell("bad", "/ops/market", "All trading is stopped.");
  if (held?.withdrawalGate.isClosed)
    tell("bad", "/ops/fund", `The withdrawal gate is closed: ${words(held.withdrawalGate.cause ?? "")}.`);
  if (view.isBorrowingStopped) tell("bad", "/ops/fund", "Nobody can borrow: borrowing is stopped.");
  for (const each of view.pausedProducts)
    tell("warn", "/ops/liquidations", `Liquidation is paused: ${PRODUCTS[each] ?? each}.`);
  if (fund && compare(fund.value, fund.floor) <= 0)
    tell("bad", "/ops/fund", `The insurance fund is at its floor of ${number(fund.floor, 0)} USDT or below.`);
  if (view.staleAssets.length > 0)
    tell("warn", "/ops/index", `${view.staleAssets.length} stale: ${named(view.staleAssets)}.`);
  if (held && held.overCollateralCap.length > 0)
    tell("warn", "/ops/delistings", `Over the cap of collateral: ${named(held.overCollateralCap)}.`);
  return found;
}

function named(all: string[]): string {
  const rest = all.length - NAMED_MAX;
  return all.slice(0, NAMED_MAX).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
