/** Changes of the venue's figures, a row for each figure. */
import type { Answer } from "$api";
import { words } from "$lib/format";

type Change = Answer<"/public/v1/parameter-changes">["rows"][number];
type Value = Change["changes"][number]["new"] | null;

export interface FigureRow {
  time: number;
  effectiveTime: number;
  state: string;
  /** What it is a figure of: an asset, a pair, a product. */
  of: string;
  figure: string;
  old: string;
  new: string;
  remark: string;
}

/** Writes a value as a line: a table has its rows one after the other. */
export function valueText(value: Value): string {
  if (value === null) return "";
  return typeof value === "string" ? value : value.map((row) => row.join(" / ")).join("; ");
}

const STATES: Record<string, string> = { CHANGED: "In effect" };
export const stateOf = (row: FigureRow): string => STATES[row.state] ?? words(row.state);

/** Takes a path such as `asset.BTC.collateral_tiers` apart: whose figure it is, and which. */
function named(path: string): Pick<FigureRow, "of" | "figure"> {
  const parts = path.split(".");
  const figure = words(parts.pop() ?? "");
  return { of: parts.length > 1 && isName(parts[1]!) ? parts[1]! : words(parts.join(" ")), figure };
}
/** Assets and pairs have names in capitals; all else is spelt out. */
const isName = (text: string): boolean => /^[A-Z0-9]*[A-Z][A-Z0-9]*$/.test(text);

export function figureRows(changes: Change[]): FigureRow[] {
  return changes.flatMap((change) =>
    change.changes.map((each) => ({
      time: change.time,
      effectiveTime: change.effectiveTime,
      state: change.state,
      ...named(each.path),
      old: valueText(each.old),
      new: valueText(each.new),
      remark: change.reason,
    })),
  );
}
