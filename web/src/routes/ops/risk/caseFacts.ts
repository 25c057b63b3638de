/** What one liquidation came to, out of its document: sums of what the venue says, no rule of its own. */
import type { Answer } from "$api";
import { figure } from "$lib/columns";
import { isZero, sum, type Decimal } from "$lib/decimal";
import { NONE, number, span, words } from "$lib/format";
import type { Column } from "$lib/table";
import type { Fact } from "../parts/facts";
import { accountName } from "../parts/bands";
import { moment, timeColumn } from "../parts/times";

export type Document = Answer<"/operator/v1/liquidation-case">;
type Balance = Document["atLock"]["balances"][number];
type Step = Document["steps"][number];
type Takeover = Document["takeovers"][number];

const loss = (name: string, value: Decimal): Fact => [name, number(value, 2), isZero(value) ? "" : "down"];

export function caseFacts(seen: Document): Fact[] {
  const { case: about, atLock, totals } = seen;
  return [
    ["Account", accountName(about.mode.toUpperCase(), about.account === "cross" ? "" : about.account)],
    ["Locked", moment(about.locked)],
    ["Took", about.seconds === null ? "goes on" : span(about.seconds * 1000)],
    ["Ended", about.reason ? words(about.reason) : "goes on"],
    ["Level at the lock", number(atLock.marginLevel, 4), "down"],
    ["Level at its end", isZero(about.levelAtEnd ?? "0") ? NONE : number(about.levelAtEnd, 4)],
    ["Assets at the lock, USDT", number(atLock.assets, 2)],
    ["Debt at the lock, USDT", number(atLock.liabilities, 2)],
    ["Repaid by steps, USDT", number(totals.valueRepaid, 2)],
    ["Clearance fees, USDT", number(sum(seen.steps.map((each) => each.valueFee)), 2)],
    loss("Deficit, USDT", sum(seen.deficits.map((each) => each.deficit))),
    loss("Paid by the fund, USDT", sum(seen.deficits.map((each) => each.paidByFund))),
    loss("Written off, USDT", sum(seen.deficits.map((each) => each.writtenOff))),
  ];
}

export const balanceColumns: Column<Balance>[] = [
  { name: "asset", label: "Asset", value: (row) => row.asset },
  figure("free", "Free", (row) => row.free),
  figure("locked", "In orders", (row) => row.locked),
  figure("principal", "Owed", (row) => row.principal),
  figure("interest", "Interest owed", (row) => row.interest),
  figure("price", "Index, USDT", (row) => row.priceHeld),
  figure("collateral", "Collateral, USDT", (row) => row.collateral, { show: (row) => number(row.collateral, 2) }),
];

const value = (name: string, label: string, of: (row: Step) => Decimal): Column<Step> =>
  figure(name, label, of, { show: (row) => number(of(row), 2) });

export const stepColumns: Column<Step>[] = [
  timeColumn("time", "Time", (row) => row.time),
  { name: "legs", label: "Traded", value: (row) => row.legs.map(legWords).join(", ") },
  value("given", "Given, USDT", (row) => row.valueGiven),
  value("repaid", "Repaid, USDT", (row) => row.valueRepaid),
  value("fee", "Fee, USDT", (row) => row.valueFee),
  figure("before", "Level before", (row) => row.levelBefore, { show: (row) => number(row.levelBefore, 4) }),
  figure("after", "Level after", (row) => row.levelAfter, { show: (row) => number(row.levelAfter, 4) }),
];

const legWords = (leg: Step["legs"][number]): string =>
  `${leg.side === "BUY" ? "bought" : "sold"} ${number(leg.quantity)} at ${leg.symbol}`;

export const takeoverColumns: Column<Takeover>[] = [
  timeColumn("time", "Time", (row) => row.time),
  { name: "cause", label: "Cause", value: (row) => words(row.cause) },
  {
    name: "assets",
    label: "Taken",
    value: (row) => row.assets.map((each) => `${number(each.amount)} ${each.asset}`).join(", "),
  },
  figure("assetsValue", "Worth, USDT", (row) => row.assetsValue, { show: (row) => number(row.assetsValue, 2) }),
  figure("liabilitiesValue", "Debt, USDT", (row) => row.liabilitiesValue, {
    show: (row) => number(row.liabilitiesValue, 2),
  }),
  figure("surplus", "Surplus, USDT", (row) => row.surplus, { show: (row) => number(row.surplus, 2) }),
];
