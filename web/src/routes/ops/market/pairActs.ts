/** What operators do to pairs and to all trading. */
import { post } from "$api";
import type { Act } from "../parts/act";

export const STATUSES = {
  TRADING: "Trades as usual.",
  HALT: "Nothing is placed, nothing trades; orders stay in the book.",
  CANCEL_ONLY: "Orders are cancelled and nothing else; nobody borrows for it.",
  REDUCE_ONLY: "Nobody borrows for an order, and a debtor's order must repay. Others trade as usual.",
} as const;
export type Status = keyof typeof STATUSES;

export const setStatus = (symbol: string, status: Status): Act => ({
  title: `${symbol}: ${status}`,
  about: STATUSES[status],
  label: `Set ${status}`,
  kind: status === "TRADING" ? "main" : "danger",
  done: `${symbol} is ${status}.`,
  send: (reason) => post("/operator/v1/pair/status", { symbol, status, reason }),
});

export const STOP: Act = {
  title: "Stop all trading",
  about:
    "All pairs only cancel, nobody borrows, nobody is liquidated, until it is resumed. Repaying, transfers and cancelling go on (rule 13.7).",
  label: "Stop all trading",
  kind: "danger",
  word: "STOP",
  done: "All trading is stopped.",
  send: (reason) => post("/operator/v1/trading/stop", { reason }),
};

export const RESUME: Act = {
  title: "Resume all trading",
  about: "Every pair is again what it was, unless it was set by hand meanwhile. Liquidation goes on.",
  label: "Resume trading",
  word: "RESUME",
  done: "Trading goes on.",
  send: (reason) => post("/operator/v1/trading/resume", { reason }),
};
