/** How figures and times are shown. Decimal text is grouped as text: nothing is lost on the way. */
import { fixed, isDecimal, isZero, multiply, places, plain, type Decimal } from "./decimal";

/** Groups of three before the point, which is a point in every locale: a figure means the same to everybody. */
const GROUP = ",";
export const NONE = "–";

/** Shows an amount or a price with grouping; `count` places if given, else as many as it has. */
export function number(value: Decimal | null | undefined, count?: number): string {
  if (value === null || value === undefined || !isDecimal(value)) return NONE;
  return grouped(count === undefined ? plain(value) : fixed(value, count));
}

/** Groups the digits of decimal text, with the places that it has. */
export function grouped(text: Decimal): string {
  const [whole = "0", part] = text.split(".");
  const found = whole.replace(/\B(?=(\d{3})+$)/g, GROUP);
  return part === undefined ? found : `${found}.${part}`;
}

/** Shows a figure with so many digits that count, cut towards zero: an index price has more than one reads. */
export function significant(value: Decimal | null | undefined, digits = 7): string {
  if (value === null || value === undefined || !isDecimal(value)) return NONE;
  const [whole = "0", part = ""] = value.replace("-", "").split(".");
  const leading = /^0*$/.test(whole) ? -(/^0*/.exec(part)?.[0].length ?? 0) : whole.replace(/^0+/, "").length;
  return number(plain(fixed(value, Math.max(2, digits - leading))));
}

/** Shows a price at its tick. */
export const price = (value: Decimal | null | undefined, tick: Decimal): string => number(value, places(tick));

/** Shows a share, such as `0.0125`, in per cent. */
export function percent(share: Decimal | null | undefined, count = 2): string {
  if (share === null || share === undefined || !isDecimal(share)) return NONE;
  return `${number(multiply(share, "100"), count)}%`;
}

/** Shows a figure that is in per cent already, with its sign. */
export function change(inPercent: Decimal | null | undefined): string {
  if (inPercent === null || inPercent === undefined || !isDecimal(inPercent)) return NONE;
  const text = number(inPercent, 2);
  return `${text.startsWith("-") || isZero(inPercent) ? "" : "+"}${text}%`;
}

const UNITS: [bigint, string][] = [
  [1_000_000_000_000n, "T"],
  [1_000_000_000n, "B"],
  [1_000_000n, "M"],
  [10_000n, "K"],
];

/** Shows a large figure in short: `12.34M`. */
export function short(value: Decimal | null | undefined): string {
  if (value === null || value === undefined || !isDecimal(value)) return NONE;
  if (isZero(value)) return "0";
  const whole = BigInt(value.split(".")[0] ?? "0");
  const size = whole < 0n ? -whole : whole;
  for (const [unit, letter] of UNITS) {
    const divisor = letter === "K" ? 1_000n : unit;
    if (size >= unit) return `${number(((whole * 100n) / divisor).toString().replace(/(\d{2})$/, ".$1"))}${letter}`;
  }
  return number(value, 2);
}

const DAY_AND_TIME = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short" });
const TIME = new Intl.DateTimeFormat("sv-SE", { timeStyle: "medium" });

/** Shows a moment, given in milliseconds, as date and time of this place: `2026-06-30 14:05:09`. */
export const moment = (at: number | null | undefined): string => (at ? DAY_AND_TIME.format(at) : NONE);
export const day = (at: number | null | undefined): string => (at ? DAY.format(at) : NONE);
export const clock = (at: number | null | undefined): string => (at ? TIME.format(at) : NONE);

/** Shows a span in milliseconds: `2 d 04:05:09`, `04:05:09`, `05:09`. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (figure: number) => String(figure).padStart(2, "0");
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const rest = `${pad(Math.floor((seconds % 3_600) / 60))}:${pad(seconds % 60)}`;
  if (days) return `${days} d ${pad(hours)}:${rest}`;
  return hours ? `${pad(hours)}:${rest}` : rest;
}

/** Shows how long ago a moment was, in words. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Returns a word such as `AUTO_REPAY` or `firstTransfer` as people write it: `Auto repay`, `First transfer`. */
export function words(name: string): string {
  const spaced = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
