/** The tables of a liquidation's account. */
import type { Answer } from "$api";
import { clock, number } from "$lib/format";
import type { Column } from "$lib/table";

type Document = Answer<"/account/v1/liquidation-case">;
type Step = Document["steps"][number];
type Balance = Document["atLock"]["balances"][number];

const figure = <Row>(name: string, label: string, value: (row: Row) => string, count?: number): Column<Row> => ({
  name,
  label,
  value,
  show: (row) => number(value(row), count),
  isNumber: true,
});

export const balanceColumns: Column<Balance>[] = [
  { name: "asset", label: "Asset", value: (row) => row.asset },
  figure("free", "Free", (row) => row.free),
  figure("locked", "In orders", (row) => row.locked),
  figure("principal", "Borrowed", (row) => row.principal),
  figure("interest", "Interest", (row) => row.interest),
  figure("valueHeld", "Held in USDT", (row) => row.valueHeld, 2),
  figure("valueOwed", "Owed in USDT", (row) => row.valueOwed, 2),
];

export const stepColumns: Column<Step>[] = [
  { name: "time", label: "Time", value: (row) => row.time, show: (row) => clock(row.time) },
  { name: "collateral", label: "Sold", value: (row) => row.collateral },
  { name: "debt", label: "Repaid", value: (row) => row.debt },
  figure("valueGiven", "Given in USDT", (row) => row.valueGiven, 2),
  figure("valueRepaid", "Repaid in USDT", (row) => row.valueRepaid, 2),
  figure("valueFee", "Fee in USDT", (row) => row.valueFee, 2),
  figure("levelBefore", "Level before", (row) => row.levelBefore, 4),
  figure("levelAfter", "Level after", (row) => row.levelAfter, 4),
];
