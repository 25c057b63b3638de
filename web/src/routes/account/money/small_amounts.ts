/** Small balances that BNB is given for, and small debts that USDT pay (rules 13.6, 13.3). */
import { get, post } from "$api";
import { add, sum } from "$lib/decimal";
import { number } from "$lib/format";

export type DustPlace = "SPOT" | "MARGIN";

/** One small amount, and what is got or paid for it. */
export interface Offer {
  asset: string;
  words: string;
  about: string;
  counter: string;
}

export interface Exchanged {
  id: string;
  time: number;
  what: string;
  asset: string;
  amount: string;
  counter: string;
  counterAsset: string;
}

/** Digits of a figure that the documents send as a number. */
const DIGITS = 8;
const PAGE = { current: 1, size: 100 };

export async function balancesOf(accountType: DustPlace, signal: AbortSignal): Promise<Offer[]> {
  const { details = [] } = await post("/sapi/v1/asset/dust-btc", { accountType }, { signal, isQuestion: true });
  return details.map(({ asset = "", amountFree, toBNBOffExchange: counter = "0", exchange }) => ({
    asset,
    words: `${number(amountFree)} ${asset}`,
    about: `${number(counter)} BNB, after a charge of ${number(exchange)} BNB`,
    counter,
  }));
}

export async function debtsOf(signal: AbortSignal): Promise<Offer[]> {
  const rows = await get("/sapi/v1/margin/exchange-small-liability", {}, { signal });
  return rows.map(({ asset = "", principal = "0", interest = "0", liabilityQty = 0 }) => {
    const counter = liabilityQty.toFixed(DIGITS);
    return { asset, words: `${number(add(principal, interest))} ${asset}`, about: `${number(counter)} USDT`, counter };
  });
}

/** What the offers of these assets come to. */
export const totalOf = (offers: Offer[], assets: string[]): string =>
  sum(offers.filter((each) => assets.includes(each.asset)).map((each) => each.counter));

export async function loadExchanged(hasCross: boolean, signal: AbortSignal): Promise<Exchanged[]> {
  const places: DustPlace[] = hasCross ? ["SPOT", "MARGIN"] : ["SPOT"];
  const [paid, ...given] = await Promise.all([
    hasCross ? get("/sapi/v1/margin/exchange-small-liability-history", PAGE, { signal }) : { rows: [] },
    ...places.map((accountType) => get("/sapi/v1/asset/dribblet", { accountType }, { signal })),
  ]);
  const debts = (paid.rows ?? []).map((row): Exchanged => ({
    id: `debt ${row.timestamp} ${row.asset}`,
    time: row.timestamp ?? 0,
    what: "Debt paid",
    asset: row.asset ?? "",
    amount: row.amount ?? "0",
    counter: row.targetAmount ?? "0",
    counterAsset: row.targetAsset ?? "",
  }));
  const balances = given
    .flatMap((each) => each.userAssetDribblets ?? [])
    .flatMap((each) => each.userAssetDribbletDetails ?? [])
    .map((row): Exchanged => ({
      id: `balance ${row.transId} ${row.fromAsset}`,
      time: row.operateTime ?? 0,
      what: "Balance converted",
      asset: row.fromAsset ?? "",
      amount: row.amount ?? "0",
      counter: row.transferedAmount ?? "0",
      counterAsset: row.targetAsset ?? "",
    }));
  return [...debts, ...balances];
}
