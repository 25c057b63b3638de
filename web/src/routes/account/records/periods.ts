/** The periods that a statement can be of. */
import type { Period } from "./collect";

const DAY = 86_400_000;

export const PERIODS = (now: number): [string, string][] => {
  const year = new Date(now).getFullYear();
  return [
    ["7", "Last 7 days"],
    ["30", "Last 30 days"],
    ["90", "Last 90 days"],
    [`y${year}`, `Year ${year}`],
    [`y${year - 1}`, `Year ${year - 1}`],
    ["own", "From … to …"],
  ];
};

/** Returns the period that was chosen; days are those of this place, both included. Null for one that cannot be. */
export function periodOf(chosen: string, from: string, to: string, now: number): Period | null {
  if (chosen.startsWith("y")) {
    const year = Number(chosen.slice(1));
    return { since: +new Date(year, 0, 1), until: Math.min(now, +new Date(year + 1, 0, 1) - 1) };
  }
  if (chosen !== "own") return { since: now - Number(chosen) * DAY, until: now };
  const [since, until] = [+new Date(`${from}T00:00`), +new Date(`${to}T23:59:59.999`)];
  return Number.isNaN(since) || Number.isNaN(until) || since > until ? null : { since, until: Math.min(until, now) };
}
