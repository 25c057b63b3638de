/** Deposits and withdrawals in one list. */
import { get } from "$api";

export interface Cash {
  id: string;
  time: number;
  kind: "Deposit" | "Withdrawal";
  asset: string;
  amount: string;
  to: string;
  state: string;
  detail: string;
}

const STATES: Record<string, string> = {
  SENDING: "Under way",
  HELD: "Waits for approval",
  PAID: "Paid",
  RETURNING: "Returning",
  RETURNED: "Returned",
  FAILED: "Failed",
  UNCERTAIN: "Being looked into",
};

export async function loadCash(signal: AbortSignal): Promise<Cash[]> {
  const [deposits, requests] = await Promise.all([
    get("/sapi/v1/capital/deposit/hisrec", {}, { signal }),
    get("/account/v1/withdrawals", { limit: 1_000 }, { signal }),
  ]);
  const came = deposits.map((row): Cash => ({
    id: `in ${row.id}`,
    time: row.insertTime ?? 0,
    kind: "Deposit",
    asset: row.coin ?? "",
    amount: row.amount ?? "0",
    to: "",
    state: "Booked",
    detail: "",
  }));
  const went = requests
    .filter((row) => row.kind === "WITHDRAWAL")
    .map((row): Cash => ({
      id: `out ${row.requestId}`,
      time: row.created,
      kind: "Withdrawal",
      asset: row.asset,
      amount: row.amount,
      to: row.address,
      state: STATES[row.state] ?? row.state,
      detail: row.detail,
    }));
  return [...came, ...went];
}
