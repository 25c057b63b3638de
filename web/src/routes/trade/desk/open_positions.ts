import type { Position, Standing } from "$lib/account.svelte";
import { compare, isNegative, negate } from "$lib/decimal";

/** In USDT. What a close leaves over is less than a lot: no order may be so small. */
const DUST = "5";

/** Returns the positions of an account that can be closed. */
export function openPositions(standing: Standing | null): Position[] {
  return (standing?.positions ?? []).filter(({ valueInUSDT }) => {
    const size = isNegative(valueInUSDT) ? negate(valueInUSDT) : valueInUSDT;
    return compare(size, DUST) >= 0;
  });
}
