/** Marks of an axis: where a grid lies, not figures that anybody reckons with. */
import { clock, day, short } from "../format";

const DAY_SECONDS = 86_400;

/** Writes marks of a rate or a share as per cent, with as many places as tell them apart. */
export function percentMarks(marks: number[]): string[] {
  const places = placesOf(marks.map((each) => each * 100));
  return marks.map((each) => `${(each * 100).toFixed(places)}%`);
}

/** Writes marks of amounts, large ones in short. */
export function amountMarks(marks: number[]): string[] {
  const places = placesOf(marks);
  return marks.map((each) => (Math.abs(each) >= 10_000 ? short(each.toFixed(0)) : each.toFixed(places)));
}

/** Writes marks of time (seconds): the hour within two days, else the day. */
export function timeMarks(marks: number[]): string[] {
  const span = (marks.at(-1) ?? 0) - (marks[0] ?? 0);
  return marks.map((each) => (span < 2 * DAY_SECONDS ? clock(each * 1000).slice(0, 5) : day(each * 1000).slice(5)));
}

/** Returns how many places tell neighbouring marks apart; eight at most. */
function placesOf(marks: number[]): number {
  const steps = marks.slice(1).map((each, index) => Math.abs(each - marks[index]!));
  const least = Math.min(...steps.filter((each) => each > 0));
  if (!Number.isFinite(least)) return 2;
  return Math.min(8, Math.max(0, Math.ceil(-Math.log10(least) - 1e-9)));
}

/** Returns marks at round figures that cover 0 to `highest`, about `count` of them. */
export function roundMarks(highest: number, count = 4): number[] {
  if (!(highest > 0)) return [0, 1];
  const rough = highest / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  const last = Math.ceil(highest / step - 1e-9);
  return Array.from({ length: last + 1 }, (_, index) => index * step);
}
