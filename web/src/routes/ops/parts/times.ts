/** Times of the console are in UTC and say so: who runs a venue sits in more than one place and reads one log. */
import type { Faults } from "$lib/form.svelte";
import { NONE } from "$lib/format";
import type { Column } from "$lib/table";

type At = number | null | undefined;
const ZONE = "UTC";
const DAY_AND_TIME = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone: ZONE });
const DAY = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: ZONE });
const TIME = new Intl.DateTimeFormat("sv-SE", { timeStyle: "medium", timeZone: ZONE });
const bare = (at: At): string => (at ? DAY_AND_TIME.format(at) : NONE);

/** Shows a moment: `2026-06-30 14:05:09 UTC`. */
export const moment = (at: At): string => (at ? `${bare(at)} ${ZONE}` : NONE);
export const day = (at: At): string => (at ? DAY.format(at) : NONE);
export const clock = (at: At): string => (at ? `${TIME.format(at)} ${ZONE}` : NONE);

/** Returns a column of moments; its heading has the zone, `none` stands where there is no moment. */
export const timeColumn = <Row>(
  name: string,
  label: string,
  value: (row: Row) => At,
  none: string = NONE,
): Column<Row> => ({
  name,
  label: `${label}, ${ZONE}`,
  value,
  show: (row) => (value(row) ? bare(value(row)) : none),
});

/** How a moment is typed, as it is shown; the time of day may be left out where a day does. */
const TYPED = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d))?)?$/;
export const EXAMPLE = "2026-06-30 14:05";

/** Reads a moment as typed, in milliseconds: null for what is none, such as the 31st of June. */
export function readMoment(text: string): number | null {
  const [, date, time = "00:00", second = "00"] = TYPED.exec(text.trim()) ?? [];
  const at = date ? Date.parse(`${date}T${time}:${second}Z`) : Number.NaN;
  return Number.isNaN(at) || day(at) !== date ? null : at;
}

/** Returns the last millisecond of a day that was typed without a time, and of a moment itself. */
export function readEnd(text: string): number | null {
  const at = readMoment(text);
  return at === null || text.includes(":") ? at : at + 86_400_000 - 1;
}

/** Returns the moment typed for the wire; undefined for none, which is what may be left open. */
export const typedMoment = (text: string): number | undefined => readMoment(text) ?? undefined;

/** Returns the fault of a moment that may be left open; if it must come later than `after`, of one that does not. */
export function momentFault(name: string, text: string, after?: number): Faults {
  if (text.trim() === "") return {};
  const at = readMoment(text);
  if (at === null) return { [name]: `Enter a time like ${EXAMPLE}.` };
  if (after !== undefined && at <= after) return { [name]: "This has passed already." };
  return {};
}
