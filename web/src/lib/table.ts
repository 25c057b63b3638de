/** What a table shows, and how it is sorted, filtered and written as CSV. */
import { compare, isDecimal } from "./decimal";

export interface Column<Row> {
  name: string;
  label: string;
  /** The bare value: what is sorted, filtered and written to a file. */
  value: (row: Row) => string | number | null | undefined;
  /** How it is shown, if not bare. */
  show?: (row: Row) => string;
  /** Figures stand to the right and sort by size. */
  isNumber?: boolean;
  tone?: (row: Row) => "up" | "down" | "muted" | "warn" | "";
  hint?: string;
}

export interface Order {
  name: string;
  isDown: boolean;
}

export function sorted<Row>(rows: Row[], columns: Column<Row>[], order: Order | null): Row[] {
  const column = columns.find((each) => each.name === order?.name);
  if (!column || !order) return rows;
  const sign = order.isDown ? -1 : 1;
  return rows.toSorted((a, b) => inOrder(column.value(a), column.value(b), sign));
}

/** What is missing comes last, whichever way the rest is sorted. */
function inOrder(a: string | number | null | undefined, b: typeof a, sign: number): number {
  const [first, second] = [String(a ?? ""), String(b ?? "")];
  if (first === "" || second === "") return first === second ? 0 : first === "" ? 1 : -1;
  return sign * (isDecimal(first) && isDecimal(second) ? compare(first, second) : first.localeCompare(second));
}

export function filtered<Row>(rows: Row[], columns: Column<Row>[], wanted: string): Row[] {
  const parts = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return rows;
  return rows.filter((row) => {
    const text = columns
      .map((each) => `${each.value(row) ?? ""} ${each.show?.(row) ?? ""}`)
      .join(" ")
      .toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}

/** Returns rows as CSV with bare values. A cell that a spreadsheet would run as a formula is told to be text. */
export function csv<Row>(rows: Row[], columns: Column<Row>[]): string {
  const lines = rows.map((row) => columns.map((each) => cell(each.value(row))));
  return [columns.map((each) => cell(each.label)), ...lines].map((line) => line.join(",")).join("\r\n") + "\r\n";
}

function cell(value: string | number | null | undefined): string {
  let text = String(value ?? "");
  if (/^[=+@\t\r]/.test(text) || (text.startsWith("-") && !isDecimal(text))) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Has the browser keep a text as a file. */
export function download(name: string, text: string, kind = "text/csv"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
