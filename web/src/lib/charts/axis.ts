/** Marks of an axis: where a grid lies, not figures that anybody reckons with. */
import { clock, day, number, short } from "../format";

/** Writes marks of a rate or a share as per cent, with as many places as tell them apart. */
export function percentMarks(marks: number[]): string[] {
  const places = placesOf(marks.map((each) => each * 100));
  return marks.map((each) => `${(each * 100).toFixed(places)}%`);
}

/** Writes marks of amounts, large ones in short. */
export function amountMarks(marks: number[]): string[] {
  const places = placesOf(marks);
  const texts = marks.map((each) => (Math.abs(each) >= 10_000 ? short(each.toFixed(0)) : each.toFixed(places)));
  return new Set(texts).size === texts.length ? texts : marks.map((each) => number(each.toFixed(places)));
}

/** Writes marks of time (seconds): the day where one begins, else the hour. */
export function timeMarks(marks: number[]): string[] {
  return marks.map((each) => {
    const hour = clock(each * 1000).slice(0, 5);
    return hour === "00:00" ? day(each * 1000).slice(5) : hour;
  });
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
