/** What is wrong with what was typed. */
import type { Decimal } from "$lib/decimal";
import type { Faults } from "$lib/form.svelte";
import { amountFault as typedFault } from "$lib/typed";

/** The smallest amount that is booked. */
const UNIT = "0.00000001";

export interface Limits {
  most?: Decimal;
  tooMuch?: string;
  /** Whether it may be below zero. */
  isSigned?: boolean;
}

/** Returns the fault of the field `amount`, if it has one. */
export function amountFault(typed: string, { isSigned = false, most, tooMuch }: Limits = {}): Faults {
  const bare = isSigned ? typed.trim().replace(/^-/, "") : typed;
  const fault = typedFault(bare, { step: UNIT, most, tooMuch });
  return fault ? { amount: fault } : {};
}

/** Returns the fault of a field, if it has one. */
export const faultIf = (isWrong: boolean, name: string, says: string): Faults => (isWrong ? { [name]: says } : {});

const NUMBER = /^[1-9]\d{0,17}$/;
/** Returns the number of a user, or of something else, as typed; undefined for none. */
export const readNumber = (text: string): number | undefined =>
  NUMBER.test(text.trim()) ? Number(text.trim()) : undefined;
