/** Spans of candles, as the venue and the chart name them. */
import type { Period } from "klinecharts";
import type { Parameters } from "$api";

type IntervalName = Parameters<"/api/v3/klines">["interval"];

export interface Interval {
  name: IntervalName;
  period: Period;
  /** In milliseconds; 0 where it varies. */
  span: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const of = (name: IntervalName, type: Period["type"], span: number, unit: number): Interval => ({
  name,
  period: { type, span },
  span: span * unit,
});

export const INTERVALS: Interval[] = [
  of("1s", "second", 1, SECOND),
  of("1m", "minute", 1, MINUTE),
  of("3m", "minute", 3, MINUTE),
  of("5m", "minute", 5, MINUTE),
  of("15m", "minute", 15, MINUTE),
  of("30m", "minute", 30, MINUTE),
  of("1h", "hour", 1, HOUR),
  of("2h", "hour", 2, HOUR),
  of("4h", "hour", 4, HOUR),
  of("6h", "hour", 6, HOUR),
  of("8h", "hour", 8, HOUR),
  of("12h", "hour", 12, HOUR),
  of("1d", "day", 1, DAY),
  of("3d", "day", 3, DAY),
  of("1w", "week", 1, 7 * DAY),
  of("1M", "month", 1, 0),
];

export const HANDY = ["1s", "1m", "5m", "15m", "1h", "4h", "1d", "1w"];

export const intervalNamed = (name: string): Interval => INTERVALS.find((each) => each.name === name) ?? INTERVALS[6]!;
