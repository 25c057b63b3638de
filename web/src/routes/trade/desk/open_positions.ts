import type { Position, Standing } from "$lib/account.svelte";
import { compare, isNegative, isZero, negate } from "$lib/decimal";

/** In USDT. What a close leaves over is less than a lot: no order may be so small. */
const DUST = "5";

/** Returns the positions of an account, without what a close left over and on which no debt hangs. */
export function openPositions(standing: Standing | null): Position[] {
  return (standing?.positions ?? []).filter((each) => !isDust(each) || owes(standing!, each));
}

function isDust({ valueInUSDT }: Position): boolean {
  return compare(isNegative(valueInUSDT) ? negate(valueInUSDT) : valueInUSDT, DUST) < 0;
}

/** A long owes the pair's quote, a short its base. */
function owes(standing: Standing, { symbol, asset, side }: Position): boolean {
  const debt = side === "SHORT" ? asset : symbol.slice(asset.length);
  return standing.assets.some((each) => each.asset === debt && !(isZero(each.borrowed) && isZero(each.interest)));
}
