/** The tabs of what was: loaded when the first of them is opened. */
import type { Component } from "svelte";
import Funds from "./Funds.svelte";
import Interest from "./Interest.svelte";
import Liquidations from "./Liquidations.svelte";
import Loans from "./Loans.svelte";
import OrderHistory from "./OrderHistory.svelte";
import Trades from "./Trades.svelte";
import Transfers from "./Transfers.svelte";

export const TABS: Record<string, Component> = {
  history: OrderHistory,
  trades: Trades,
  loans: Loans,
  interest: Interest,
  transfers: Transfers,
  liquidations: Liquidations,
  funds: Funds,
};
