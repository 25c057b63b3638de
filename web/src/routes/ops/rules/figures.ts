/** Figures of the rule set as they are browsed and changed: no rule, only texts that differ or do not. */
import type { Answer } from "$api";
import { compare, isDecimal, isNegative, places, readTyped } from "$lib/decimal";
import type { Faults } from "$lib/form.svelte";
import { number, span, words } from "$lib/format";
import { faultsOf, notRead } from "$lib/typed";

export type Figure = Answer<"/operator/v1/parameters">[number];
export type Value = Figure["value"];

/** What a unit counts, in words. */
const UNITS: Record<string, string> = {
  amount: "amount",
  ratio: "ratio",
  time: "ms",
  count: "count",
  flag: "yes or no",
};
export const unitWords = (unit: string | undefined): string => (unit ? (UNITS[unit] ?? unit) : "table");

/** Returns the figure's name without the section that it is in. */
export const figureName = (path: string): string => words(path.split(".").at(-1) ?? path);
/** Returns the section of a path, as `asset.BTC` or `pro`. */
export const sectionOf = (path: string): string => path.slice(0, path.lastIndexOf("."));

const isSameText = (a: string, b: string): boolean => a === b || (isDecimal(a) && isDecimal(b) && compare(a, b) === 0);

/** Whether two values say the same: `0.10` is `0.1`, and tables are compared row by row. */
export function isSame(a: Value | null, b: Value | null): boolean {
  if (a === null || b === null) return a === b;
  if (typeof a === "string" || typeof b === "string")
    return typeof a === "string" && typeof b === "string" && isSameText(a, b);
  return (
    a.length === b.length &&
    a.every((row, at) => row.length === b[at]!.length && row.every((cell, of) => isSameText(cell, b[at]![of]!)))
  );
}

export const FLAGS: [string, string][] = [
  ["true", "Yes"],
  ["false", "No"],
];

/** Shows one value as it is read: a flag in words, a time with what it comes to. */
export function shownCell(unit: string | undefined, value: string): string {
  if (unit === "flag") return value === "true" ? "yes" : "no";
  const isLong = unit === "time" && isDecimal(value) && compare(value, "1000") >= 0;
  return isLong ? `${number(value)} (${span(Number(value))})` : number(value);
}

/** How many decimals a unit is counted in. */
const DECIMALS: Record<string, number> = { amount: 8, ratio: 12, time: 3, count: 0 };
/** The name of a table's cell as a field. */
export const cellName = (row: number, column: number): string => `cell-${row}-${column}`;

/** Returns what is wrong with a figure as typed, by field: `value`, or the cells of a table. */
export function valueFaults(figure: Figure, typed: Value): Faults {
  if (typeof typed === "string") return faultsOf({ value: cellFault(figure.unit, typed) });
  const cells = typed.flatMap((row, at) =>
    row.map((cell, of) => [cellName(at, of), cellFault(figure.columns?.[of]?.unit, cell)]),
  );
  return faultsOf(Object.fromEntries(cells) as Faults);
}

function cellFault(unit: string | undefined, typed: string): string {
  const value = readCell(unit, typed);
  if (value === null) return unit === "flag" ? "Choose one." : notRead(typed);
  if (unit === "flag") return "";
  if (isNegative(value)) return "It must not be below 0.";
  const most = DECIMALS[unit ?? ""] ?? Infinity;
  return places(value) <= most ? "" : most > 0 ? `At most ${most} decimals.` : "No decimals.";
}

/** Returns a value as it goes over the wire, or null where a cell is no number. */
export function readValue(figure: Figure, typed: Value): Value | null {
  if (typeof typed === "string") return readCell(figure.unit, typed);
  const rows = typed.map((row) => row.map((cell, of) => readCell(figure.columns?.[of]?.unit, cell)));
  return rows.some((row) => row.includes(null)) ? null : (rows as string[][]);
}

function readCell(unit: string | undefined, typed: string): string | null {
  if (unit === "flag") return typed === "true" || typed === "false" ? typed : null;
  return readTyped(typed);
}

export interface RowDifference {
  kind: "same" | "added" | "removed" | "changed";
  old: string[] | null;
  new: string[] | null;
}

/** Returns the rows of a table then and now, side by side. */
export function rowDifferences(old: string[][], next: string[][]): RowDifference[] {
  const found: RowDifference[] = [];
  for (let at = 0; at < Math.max(old.length, next.length); at += 1) {
    const [before, after] = [old[at] ?? null, next[at] ?? null];
    const kind =
      before === null ? "added" : after === null ? "removed" : isSame([before], [after]) ? "same" : "changed";
    found.push({ kind, old: before, new: after });
  }
  return found;
}
