/** When something is delisted, as typed, and what is wrong with it. The bounds are figures of the rule set. */
import type { Answer } from "$api";
import type { Faults } from "$lib/form.svelte";
import { moment, momentFault, readMoment } from "../parts/times";

type Figures = Answer<"/operator/v1/parameters">;
const DAY_MS = 86_400_000;

export interface Notice {
  leastMs: number;
  mostMs: number;
}

/** Returns how long before its removal a delisting is announced, from the section `delisting`. */
export function noticeOf(figures: Figures | undefined): Notice | undefined {
  const found = (name: string) => Number(figures?.find((each) => each.path === `delisting.${name}`)?.value);
  const [leastMs, mostMs] = [found("notice_min"), found("notice_max")];
  return leastMs > 0 && mostMs > 0 ? { leastMs, mostMs } : undefined;
}

export const noticeWords = (notice: Notice | undefined): string =>
  notice ? `${notice.leastMs / DAY_MS} to ${notice.mostMs / DAY_MS} days from now.` : "";

export interface Schedule {
  removalTime: string;
  borrowStopTime: string;
  transferStopTime: string;
}

/** Returns what is wrong with a schedule that is announced `now`. */
export function scheduleFaults(typed: Schedule, now: number, notice: Notice | undefined): Faults {
  const faults: Faults = {
    ...momentFault("borrowStopTime", typed.borrowStopTime, now),
    ...momentFault("transferStopTime", typed.transferStopTime, now),
    ...momentFault("removalTime", typed.removalTime, now),
  };
  const removal = readMoment(typed.removalTime);
  if (!typed.removalTime.trim()) faults.removalTime = "Say when it is removed.";
  if (removal === null) return faults;
  if (notice && removal < now + notice.leastMs) faults.removalTime ??= `Not before ${moment(now + notice.leastMs)}.`;
  if (notice && removal > now + notice.mostMs) faults.removalTime ??= `Not after ${moment(now + notice.mostMs)}.`;
  for (const name of ["borrowStopTime", "transferStopTime"] as const) {
    const stop = readMoment(typed[name]);
    if (stop !== null && stop > removal) faults[name] ??= "This comes after the removal.";
  }
  return faults;
}
