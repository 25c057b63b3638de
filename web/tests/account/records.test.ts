import { expect, it } from "vitest";
import { collected, type Part } from "../../src/routes/account/records/collect";
import { periodOf } from "../../src/routes/account/records/periods";

const DAY = 86_400_000;

it("asks a month at a time, each to its last page, and leaves no moment out", async () => {
  const asked: Part[] = [];
  const counts = [250, 3];
  const rows = await collected<number>({ since: 0, until: 45 * DAY }, async (part) => {
    asked.push(part);
    const total = counts[part.endTime === 45 * DAY ? 0 : 1]!;
    const left = total - (part.current - 1) * part.size;
    return { total, rows: Array<number>(Math.max(0, Math.min(part.size, left))).fill(1) };
  });
  expect(rows).toHaveLength(253);
  expect(asked.map((each) => each.current)).toEqual([1, 2, 3, 1]);
  const windows = [...new Set(asked.map((each) => `${each.startTime} ${each.endTime}`))].map((each) =>
    each.split(" ").map(Number),
  );
  expect(windows[0]![1]).toBe(45 * DAY);
  expect(windows[0]![0]).toBe(windows[1]![1]! + 1);
  expect(windows[1]![0]).toBe(0);
  for (const [start, end] of windows) expect(end! - start!).toBeLessThan(30 * DAY);
});

it("takes days from their beginning to their end, and none that end before they begin", () => {
  const now = +new Date(2026, 5, 15, 12);
  expect(periodOf("own", "2026-06-01", "2026-06-02", now)).toEqual({
    since: +new Date(2026, 5, 1),
    until: +new Date(2026, 5, 3) - 1,
  });
  expect(periodOf("own", "2026-06-02", "2026-06-01", now)).toBeNull();
  expect(periodOf("own", "", "2026-06-01", now)).toBeNull();
  expect(periodOf("y2025", "", "", now)).toEqual({ since: +new Date(2025, 0, 1), until: +new Date(2026, 0, 1) - 1 });
  expect(periodOf("7", "", "", now)).toEqual({ since: now - 7 * DAY, until: now });
});
