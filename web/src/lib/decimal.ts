/**
 * Decimal text, which all money is: compared and added without ever becoming a binary number.
 *
 * For totals that carry no rule, such as price × quantity as typed. What margin, interest and limits come to is asked
 * of the venue.
 */
import Big from "big.js";

Big.DP = 20;
Big.NE = -40;
Big.PE = 40;

export type Decimal = string;

const DECIMAL = /^-?\d+(\.\d+)?$/;

export const isDecimal = (text: string): boolean => DECIMAL.test(text);
export const add = (a: Decimal, b: Decimal): Decimal => new Big(a).plus(b).toString();
export const subtract = (a: Decimal, b: Decimal): Decimal => new Big(a).minus(b).toString();
export const multiply = (a: Decimal, b: Decimal): Decimal => new Big(a).times(b).toString();
/** Returns a ÷ b to 20 places; b must not be zero. */
export const divide = (a: Decimal, b: Decimal): Decimal => new Big(a).div(b).toString();
export const compare = (a: Decimal, b: Decimal): -1 | 0 | 1 => new Big(a).cmp(b);
export const isZero = (a: Decimal): boolean => new Big(a).eq(0);
export const isNegative = (a: Decimal): boolean => new Big(a).lt(0);
export const negate = (a: Decimal): Decimal => new Big(a).times(-1).toString();
export const sum = (all: Decimal[]): Decimal => all.reduce(add, "0");

/** Rounds down to a multiple of `step`, as the pair's filters want it. */
export function floorTo(value: Decimal, step: Decimal): Decimal {
  if (isZero(step)) return value;
  const whole = new Big(value).div(step).round(0, Big.roundDown);
  return whole.times(step).toFixed(places(step));
}

/** Returns how many places a step such as `0.00100000` has that count. */
export function places(step: Decimal): number {
  return (step.replace(/0+$/, "").split(".")[1] ?? "").length;
}

/** Cuts or fills to so many places, towards zero. */
export const fixed = (value: Decimal, count: number): Decimal => new Big(value).toFixed(count, Big.roundDown);
/** Drops zeros at the end. */
export const plain = (value: Decimal): Decimal => (value.includes(".") ? value.replace(/\.?0+$/, "") : value);
/** Returns where something is drawn: the only place where money becomes a binary number. */
export const pixelValue = (value: Decimal): number => Number(value);

/** Reads what a person typed, with a comma or a point and grouping of either kind; null when it is no number. */
export function readTyped(text: string): Decimal | null {
  const bare = text.trim().replace(/[\s\u00a0\u202f'’_]/g, "");
  const last = Math.max(bare.lastIndexOf(","), bare.lastIndexOf("."));
  const mark = bare[last];
  let found = bare;
  if (mark !== undefined) {
    const isGrouping = bare.split(mark).length > 2;
    const whole = isGrouping ? bare : bare.slice(0, last);
    found = isGrouping ? bare.replaceAll(mark, "") : `${whole.replace(/[.,]/g, "")}.${bare.slice(last + 1)}`;
  }
  if (found.startsWith(".")) found = `0${found}`;
  if (found.endsWith(".")) found = found.slice(0, -1);
  return isDecimal(found) ? found.replace(/^(-?)0+(?=\d)/, "$1") : null;
}
