/** The columns that all lists of accounts under risk have. */
import type { Answer } from "$api";
import { subtract } from "$lib/decimal";
import { number, percent } from "$lib/format";
import { figure } from "$lib/columns";
import type { Column } from "$lib/table";
import { BANDS, accountName } from "../parts/bands";

export type RiskRow = Answer<"/operator/v1/accounts/at-risk">["rows"][number];

export function riskColumns<Row extends RiskRow>(): Column<Row>[] {
  const money = (name: string, label: string, value: (row: Row) => string): Column<Row> =>
    figure(name, label, value, { show: (row) => number(value(row), 2) });
  const level = (name: "marginLevel" | "liquidationLevel", label: string): Column<Row> => ({
    name,
    label,
    value: (row) => row[name],
    show: (row) => number(row[name], 4),
    isNumber: true,
  });
  return [
    { name: "userId", label: "User", value: (row) => row.userId, show: (row) => String(row.userId) },
    { name: "account", label: "Account", value: (row) => accountName(row.product, row.symbol) },
    { name: "status", label: "Band", value: (row) => BANDS[row.status]?.[0] ?? row.status },
    level("marginLevel", "Margin level"),
    level("liquidationLevel", "Liquidated at"),
    {
      name: "room",
      label: "Room",
      value: (row) => row.room,
      show: (row) => percent(row.room),
      isNumber: true,
      hint: "The share of its worth that the account may lose before it is liquidated",
      tone: (row) => (row.inLiquidation ? "down" : row.status === "MARGIN_CALL" ? "warn" : ""),
    },
    money("equity", "Equity, USDT", (row) => subtract(row.assets, row.liabilities)),
    money("liabilities", "Debt, USDT", (row) => row.liabilities),
    money("assets", "Assets, USDT", (row) => row.assets),
    money("collateral", "Collateral, USDT", (row) => row.collateral),
  ];
}
