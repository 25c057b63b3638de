/** Columns of the usual kinds, for tables of figures. */
import { isNegative } from "./decimal";
import { moment, number, percent } from "./format";
import type { Column } from "./table";

type Text = string | null | undefined;

/** An amount, a price, a value: decimal text. */
export function figure<Row>(
  name: string,
  label: string,
  value: (row: Row) => Text,
  more: Partial<Column<Row>> = {},
): Column<Row> {
  return { name, label, value, show: (row) => number(value(row)), isNumber: true, ...more };
}

/** An amount that came in, or went out if it is below zero. */
export const flow = <Row>(name: string, label: string, value: (row: Row) => string): Column<Row> =>
  figure(name, label, value, { tone: (row) => (isNegative(value(row)) ? "down" : "up") });

/** A share, shown in per cent. */
export function share<Row>(
  name: string,
  label: string,
  value: (row: Row) => Text,
  places = 2,
  more: Partial<Column<Row>> = {},
): Column<Row> {
  return { name, label, value, show: (row) => percent(value(row), places), isNumber: true, ...more };
}

/** A moment in milliseconds; its file has it as the venue says it. */
export function time<Row>(
  name: string,
  label: string,
  value: (row: Row) => number | null | undefined,
  more: Partial<Column<Row>> = {},
): Column<Row> {
  return { name, label, value, show: (row) => moment(value(row)), ...more };
}

/** Words. */
export function text<Row>(
  name: string,
  label: string,
  value: (row: Row) => Text,
  more: Partial<Column<Row>> = {},
): Column<Row> {
  return { name, label, value, ...more };
}
