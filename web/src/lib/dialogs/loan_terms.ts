/** What an account holds and owes of an asset, what a loan of it costs, and what may leave it. */
import { Refusal, get } from "$api";
import { multiply } from "../decimal";
import { isOpened } from "../opened";
import { isMargin, owned, queried, type Place } from "../place";

const HOURS_OF_YEAR = "8760";

/** Returns what is free, borrowed and charged of an asset; zeros for an account that is not open. */
export async function balanceIn(place: Place, asset: string, signal?: AbortSignal) {
  const none = { free: "0", borrowed: "0", interest: "0" };
  if (!isMargin(place)) {
    const { balances = [] } = await get("/api/v3/account", { omitZeroBalances: true }, { signal });
    return { ...none, free: balances.find((each) => each.asset === asset)?.free ?? "0" };
  }
  if (!(await isOpened(place, signal))) return none;
  const { assets } = await get("/account/v1/margin-standing", owned(place), { signal });
  const found = assets.find((each) => each.asset === asset);
  return found ? { free: found.free, borrowed: found.borrowed, interest: found.interest } : none;
}

/** Returns the rate of the coming hour, and what that is in a year without compounding. */
export async function loanTerms(place: Place, asset: string, signal?: AbortSignal) {
  const isIsolated = place.kind === "isolated";
  const [rate] = await get("/sapi/v1/margin/next-hourly-interest-rate", { assets: [asset], isIsolated }, { signal });
  const hourlyRate = rate?.nextHourlyInterestRate ?? "0";
  return { hourlyRate, yearlyRate: multiply(hourlyRate, HOURS_OF_YEAR) };
}

/** Returns what may leave an account of an asset now. */
export async function transferable(place: Place, asset: string, signal?: AbortSignal): Promise<string> {
  if (!isMargin(place)) return (await balanceIn(place, asset, signal)).free;
  if (!(await isOpened(place, signal))) return "0";
  try {
    const { amount } = await get("/sapi/v1/margin/maxTransferable", { asset, ...queried(place) }, { signal });
    return amount ?? "0";
  } catch (fault) {
    if (fault instanceof Refusal) return "0";
    throw fault;
  }
}
