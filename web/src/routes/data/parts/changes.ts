/** Changes of the venue's figures, a row for each figure. */
import type { Answer } from "$api";

type Change = Answer<"/public/v1/parameter-changes">["rows"][number];
type Value = Change["changes"][number]["new"] | null;

export interface FigureRow {
  time: number;
  effectiveTime: number;
  state: string;
  path: string;
  old: string;
  new: string;
  reason: string;
}

/** Writes a value as a line: a table has its rows one after the other. */
export function valueText(value: Value): string {
  if (value === null) return "";
  return typeof value === "string" ? value : value.map((row) => row.join(" / ")).join("; ");
}

export function figureRows(changes: Change[]): FigureRow[] {
  return changes.flatMap((change) =>
    change.changes.map((each) => ({
      time: change.time,
      effectiveTime: change.effectiveTime,
      state: change.state,
      path: each.path,
      old: valueText(each.old),
      new: valueText(each.new),
      reason: change.reason,
    })),
  );
}
