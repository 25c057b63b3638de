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

const UNIT_PLACES = 8;

/** Returns an amount or a price in 10⁻⁸, as the wire has it; what is smaller is cut. Many are added so at each frame. */
export function toUnits(value: Decimal): bigint {
  const point = value.indexOf(".");
  if (point < 0) return BigInt(value) * 100_000_000n;
  return BigInt(value.slice(0, point) + value.slice(point + 1, point + 1 + UNIT_PLACES).padEnd(UNIT_PLACES, "0"));
}

/** Returns so many 10⁻⁸ as decimal text with `count` places, towards zero. */
export function fromUnits(units: bigint, count = UNIT_PLACES): Decimal {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(UNIT_PLACES + 1, "0");
  const whole = digits.slice(0, -UNIT_PLACES);
  return count === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-UNIT_PLACES).slice(0, count)}`;
}

/** Cuts or fills to so many places, towards zero. */
export function fixed(value: Decimal, count: number): Decimal {
  const end = value.indexOf(".") + 1 + count;
  // What has more places is cut as text: hundreds of figures are shown anew in a second.
  if (count > 0 && end > count && value.length >= end) return value.slice(0, end);
  return new Big(value).toFixed(count, Big.roundDown);
}
/** Drops zeros at the end. */
export const plain = (value: Decimal): Decimal => (value.includes(".") ? value.replace(/\.?0+$/, "") : value);
/** Returns where something is drawn: the only place where money becomes a binary number. */
export const pixelValue = (value: Decimal): number => Number(value);

const POINT = /^-?(\d+\.?\d*|\.\d+)$/;
const COMMA = /^-?(\d+,\d*|,\d+)$/;
const GROUPED_BY_COMMA = /^-?\d{1,3}((,\d{3})+\.\d*|(,\d{3}){2,})$/;
const GROUPED_BY_POINT = /^-?\d{1,3}((\.\d{3})+,\d*|(\.\d{3}){2,})$/;
/** A thousand to some, one and a bit to others. */
const AMBIGUOUS = /^-?[1-9]\d{0,2},\d{3}$/;

/**
 * Reads what a person typed, with a point or a comma and grouping of either kind; null when it is no number, or could
 * be two: `1,234` is refused, `1234`, `1.234`, `1,234.0` and `0,234` are not.
 */
export function readTyped(text: string): Decimal | null {
  const bare = bareOf(text);
  if (POINT.test(bare)) return tidy(bare);
  if (GROUPED_BY_COMMA.test(bare)) return tidy(bare.replaceAll(",", ""));
  if (GROUPED_BY_POINT.test(bare)) return tidy(bare.replaceAll(".", "").replace(",", "."));
  if (COMMA.test(bare) && !AMBIGUOUS.test(bare)) return tidy(bare.replace(",", "."));
  return null;
}

/** Returns both figures that a text such as `1,234` may mean, or nothing where it means one or none. */
export function meanings(text: string): [Decimal, Decimal] | null {
  const bare = bareOf(text);
  return AMBIGUOUS.test(bare) ? [bare.replace(",", ""), bare.replace(",", ".")] : null;
}

const bareOf = (text: string): string => text.trim().replace(/[\s\u00a0\u202f'’_]/g, "");

/** Writes `.5`, `5.` and `007` as they are meant. */
const tidy = (text: string): Decimal =>
  text
    .replace(/^(-?)\./, "$10.")
    .replace(/\.$/, "")
    .replace(/^(-?)0+(?=\d)/, "$1");
