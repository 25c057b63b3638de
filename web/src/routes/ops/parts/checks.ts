/** What is wrong with what was typed. */
import { isNegative, isZero, readTyped } from "$lib/decimal";
import type { Faults } from "$lib/form.svelte";

/** Returns the fault of an amount that must be above zero, or of one that may be below with `isSigned`. */
export function amountFault(typed: string, isSigned = false, name = "amount"): Faults {
  const value = readTyped(typed);
  if (value === null) return { [name]: "Enter an amount." };
  if (isZero(value) || (isNegative(value) && !isSigned)) return { [name]: "Enter an amount above zero." };
  return {};
}

/** Returns the fault of a field, if it has one. */
export const faultIf = (isWrong: boolean, name: string, says: string): Faults => (isWrong ? { [name]: says } : {});
