/** What a chart over time draws: figures as they are shown, and where they lie. */
import { pixelValue, type Decimal } from "../decimal";

export type Tone = "accent" | "up" | "down" | "focus" | "muted";

export interface Line {
  label: string;
  /** Where the points lie; null where there is none. */
  values: (number | null)[];
  /** What is told of each point, exactly. */
  texts: string[];
  tone: Tone;
  /** It holds until the next point instead of moving there. */
  isStep?: boolean;
  isFilled?: boolean;
  /** It has an axis of its own, to the right. */
  isRight?: boolean;
}

type Look = Pick<Line, "label" | "tone" | "isStep" | "isFilled" | "isRight">;

/** Makes a line of rows: `pick` takes the figure, `show` says it in words. A row without one goes on as before. */
export function lineOf<Row>(
  rows: Row[],
  look: Look,
  pick: (row: Row) => Decimal | null | undefined,
  show: (value: Decimal) => string,
): Line {
  const found = rows.map((row) => pick(row) ?? null);
  let last = "–";
  const texts = found.map((each) => (each === null ? last : (last = show(each))));
  return { ...look, values: found.map((each) => (each === null ? null : pixelValue(each))), texts };
}

/** Repeats the last point of a step line at `now`, for what it holds until then; a lone point becomes a line so. */
export function heldUntil<Row>(
  rows: Row[],
  now: number,
  time: (row: Row) => number,
  at: (row: Row, time: number) => Row,
) {
  const last = rows.at(-1);
  return last !== undefined && time(last) < now ? [...rows, at(last, now)] : rows;
}
