/** The columns of liquidation cases. */
import type { Answer } from "$api";
import { number, words } from "$lib/format";
import type { Column } from "$lib/table";
import { accountName } from "../parts/bands";
import { timeColumn } from "../parts/times";

export type Case = Answer<"/operator/v1/liquidation-cases">["rows"][number];

export function caseColumns<Row extends Case>(): Column<Row>[] {
  return [
    timeColumn("locked", "Locked", (row) => row.locked),
    {
      name: "account",
      label: "Account",
      value: (row) => accountName(row.mode.toUpperCase(), row.account === "cross" ? "" : row.account),
    },
    {
      name: "level",
      label: "Level at lock",
      value: (row) => row.marginLevel,
      show: (row) => number(row.marginLevel, 4),
      isNumber: true,
    },
    {
      name: "debt",
      label: "Debt, USDT",
      value: (row) => row.liabilities,
      show: (row) => number(row.liabilities, 2),
      isNumber: true,
    },
    {
      name: "repaid",
      label: "Repaid, USDT",
      value: (row) => row.valueRepaid,
      show: (row) => number(row.valueRepaid, 2),
      isNumber: true,
    },
    {
      name: "fee",
      label: "Fee, USDT",
      value: (row) => row.valueFee,
      show: (row) => number(row.valueFee, 2),
      isNumber: true,
    },
    { name: "steps", label: "Steps", value: (row) => row.steps, isNumber: true },
    {
      name: "end",
      label: "Ended",
      value: (row) => (row.ended ? words(row.reason ?? "") : "runs"),
      tone: (row) => (row.ended ? "" : "warn"),
    },
    {
      name: "taken",
      label: "Taken over",
      value: (row) => (row.isTakenOver ? "yes" : "no"),
      tone: (row) => (row.isTakenOver ? "down" : "muted"),
    },
  ];
}
