/** How far back a chart goes. */
const DAY_MS = 86_400_000;

export const SPANS: [string, string][] = [
  ["1", "24 h"],
  ["7", "7 days"],
  ["30", "30 days"],
];

/** Returns the beginning of a span that ends now. */
export const spanStart = (days: string, now: number): number => Math.floor(now - Number(days) * DAY_MS);

/** What a page of a list of the past is asked by. */
export interface Asked {
  startTime: number;
  current: number;
  size: number;
}
