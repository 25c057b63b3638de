/** Past rates of an asset as lines of a chart. */
import type { Answer } from "$api";
import { heldUntil, lineOf, type Line } from "$lib/charts/lines";
import { percent } from "$lib/format";

export type Rate = Answer<"/public/v1/borrow-rates">[number];

export const RATE_PLACES = 6;

/** The rate holds until the next hour, so the last one is drawn until now; likewise the use that made it. */
export function ratesUntil(rates: Rate[], now: number): Rate[] {
  return heldUntil(
    rates,
    now,
    (each) => each.time,
    (last, time) => ({ ...last, time }),
  );
}

export const rateLine = (rates: Rate[]): Line =>
  lineOf(
    rates,
    { label: "Hourly rate", tone: "accent", isStep: true, isFilled: true },
    (each) => each.rateHourly,
    (value) => percent(value, RATE_PLACES),
  );

export const useLine = (rates: Rate[], isRight: boolean): Line =>
  lineOf(
    rates,
    { label: "Mean use of the hour before", tone: "focus", isStep: true, isRight },
    (each) => each.utilisation,
    (value) => percent(value),
  );
