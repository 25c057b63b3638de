/** What is wrong with a figure that somebody typed, in words; empty if nothing. */
import { compare, floorTo, isNegative, isZero, meanings, places, readTyped, type Decimal } from "./decimal";
import { number } from "./format";

export interface Bounds {
  /** It must be a multiple of it. */
  step?: Decimal;
  least?: Decimal;
  most?: Decimal;
  unit?: string;
  /** Said where it is more than `most`. */
  tooMuch?: string;
}

export function amountFault(text: string, bounds: Bounds = {}): string {
  if (text.trim() === "") return "This is needed.";
  const value = readTyped(text);
  if (value === null) return notRead(text);
  if (isNegative(value) || isZero(value)) return "It must be more than 0.";
  const { step, least, most, unit = "" } = bounds;
  if (step && !isZero(step) && compare(floorTo(value, step), value) !== 0) return stepFault(step);
  if (least && compare(value, least) < 0) return `At least ${number(least)} ${unit}`.trim() + ".";
  if (most && compare(value, most) > 0) return bounds.tooMuch ?? `At most ${number(most)} ${unit}`.trim() + ".";
  return "";
}

/** Says why a text is no figure: it is none, or could be two. */
export function notRead(text: string): string {
  const both = meanings(text);
  return both ? `Is it ${both[0]} or ${both[1]}? Write it like one of these.` : "This is no number.";
}

function stepFault(step: Decimal): string {
  const count = places(step);
  if (/^0*\.?0*1?0*$/.test(step)) return count ? `At most ${count} decimals.` : "No decimals.";
  return `A multiple of ${number(step)}.`;
}

/** Returns the faults there are, by the name of the field. */
export const faultsOf = (all: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).filter(([, fault]) => fault !== ""));
