/** What a statement can list: how each list is asked for, and its columns. */
import { get, type Answer } from "$api";
import { moment, number, words } from "$lib/format";
import type { Column } from "$lib/table";
import { isolatedSymbol } from "../margin/accounts";
import { SPOT } from "../money/places";
import { endName } from "../money/transfer_history";
import { collected, type Period } from "./collect";

/** One line of a statement: bare values by column. */
export type Line = Record<string, string | number>;

interface Kind {
  label: string;
  /** Which accounts have it. */
  of: "all" | "margin" | "user";
  columns: Column<Line>[];
  load: (account: string, period: Period, signal: AbortSignal) => Promise<Line[]>;
}

const time: Column<Line> = {
  name: "time",
  label: "Time",
  value: (row) => row.time,
  show: (row) => moment(Number(row.time)),
};
const text = (name: string, label: string): Column<Line> => ({ name, label, value: (row) => row[name] });
const figure = (name: string, label: string): Column<Line> => ({
  name,
  label,
  value: (row) => row[name],
  show: (row) => number(String(row[name] ?? "")),
  isNumber: true,
});
const line = (row: Record<string, unknown>): Line =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? value : String(value ?? "")]),
  );

const accountOf = (account: string) =>
  account === SPOT
    ? { accountType: "SPOT" as const }
    : isolatedSymbol(account)
      ? { accountType: "ISOLATED_MARGIN" as const, symbol: account }
      : { accountType: "MARGIN" as const };

type Fill = Answer<"/account/v1/trades">["rows"][number];
type Moved = Answer<"/account/v1/transfers">["rows"][number];

async function trades(account: string, period: Period, signal: AbortSignal): Promise<Line[]> {
  const rows = await collected<Fill>(period, (part) =>
    get("/account/v1/trades", { ...accountOf(account), ...part }, { signal }),
  );
  return rows.map((row) => line({ ...row, role: row.isMaker ? "Maker" : "Taker" }));
}

async function interest(account: string, period: Period, signal: AbortSignal): Promise<Line[]> {
  const named = { isolatedSymbol: isolatedSymbol(account) };
  const rows = await collected(period, (part) =>
    get("/sapi/v1/margin/interestHistory", { ...named, ...part }, { signal }),
  );
  return rows.map((row) => line({ ...row, time: row.interestAccuredTime, kind: words(row.type ?? "") }));
}

const loans =
  (type: "BORROW" | "REPAY") =>
  async (account: string, period: Period, signal: AbortSignal): Promise<Line[]> => {
    const named = { type, isolatedSymbol: isolatedSymbol(account) };
    const rows = await collected(period, (part) =>
      get("/sapi/v1/margin/borrow-repay", { ...named, ...part }, { signal }),
    );
    return rows.map((row) => line({ ...row, time: row.timestamp, kind: words(row.type ?? "") }));
  };

async function transfers(_account: string, period: Period, signal: AbortSignal): Promise<Line[]> {
  const rows = await collected<Moved>(period, (part) => get("/account/v1/transfers", part, { signal }));
  return rows.map((row) => line({ ...row, from: endName(row.from), to: endName(row.to) }));
}

async function liquidations(account: string, period: Period, signal: AbortSignal): Promise<Line[]> {
  const named = { isolatedSymbol: isolatedSymbol(account) };
  const rows = await collected(period, (part) =>
    get("/sapi/v1/margin/forceLiquidationRec", { ...named, ...part }, { signal }),
  );
  return rows.map((row) => line({ ...row, time: row.updatedTime }));
}

async function deposits(_account: string, period: Period, signal: AbortSignal): Promise<Line[]> {
  const found: Line[] = [];
  const SPAN = 89 * 86_400_000;
  for (let end = period.until; end > period.since; end -= SPAN) {
    const part = { startTime: Math.floor(Math.max(period.since, end - SPAN + 1)), endTime: Math.floor(end) };
    const rows = await get("/sapi/v1/capital/deposit/hisrec", part, { signal });
    found.push(...rows.map((row) => line({ ...row, time: row.insertTime })));
  }
  return found;
}

async function withdrawals(_account: string, period: Period, signal: AbortSignal): Promise<Line[]> {
  const rows = await get("/account/v1/withdrawals", { limit: 1_000 }, { signal });
  return rows
    .filter((row) => row.kind === "WITHDRAWAL" && row.created >= period.since && row.created <= period.until)
    .map((row) => line({ ...row, time: row.created, state: words(row.state) }));
}

const LOAN_COLUMNS = [
  time,
  text("asset", "Asset"),
  figure("amount", "Amount"),
  figure("principal", "Principal"),
  figure("interest", "Interest"),
  text("kind", "Kind"),
  text("txId", "Number"),
];

export const KINDS: Record<string, Kind> = {
  trades: {
    label: "Trades",
    of: "all",
    load: trades,
    columns: [
      time,
      text("symbol", "Pair"),
      text("side", "Side"),
      figure("price", "Price"),
      figure("qty", "Quantity"),
      figure("quoteQty", "Total"),
      figure("commission", "Commission"),
      text("commissionAsset", "In"),
      text("role", "Role"),
      text("orderId", "Order"),
      text("id", "Trade"),
    ],
  },
  interest: {
    label: "Interest",
    of: "margin",
    load: interest,
    columns: [
      time,
      text("asset", "Asset"),
      figure("principal", "Principal"),
      figure("interest", "Interest"),
      figure("interestRate", "Daily rate"),
      text("kind", "Kind"),
    ],
  },
  loans: { label: "Loans", of: "margin", load: loans("BORROW"), columns: LOAN_COLUMNS },
  repayments: { label: "Repayments", of: "margin", load: loans("REPAY"), columns: LOAN_COLUMNS },
  liquidations: {
    label: "Liquidation orders",
    of: "margin",
    load: liquidations,
    columns: [
      time,
      text("symbol", "Pair"),
      text("side", "Side"),
      figure("avgPrice", "Average price"),
      figure("executedQty", "Executed"),
      text("orderId", "Order"),
    ],
  },
  transfers: {
    label: "Transfers",
    of: "user",
    load: transfers,
    columns: [time, text("from", "From"), text("to", "To"), text("asset", "Asset"), figure("amount", "Amount")],
  },
  deposits: {
    label: "Deposits",
    of: "user",
    load: deposits,
    columns: [time, text("coin", "Asset"), figure("amount", "Amount"), text("txId", "Number")],
  },
  withdrawals: {
    label: "Withdrawals",
    of: "user",
    load: withdrawals,
    columns: [
      time,
      text("asset", "Asset"),
      figure("amount", "Amount"),
      text("address", "To"),
      text("state", "State"),
      text("requestId", "Number"),
    ],
  },
};
