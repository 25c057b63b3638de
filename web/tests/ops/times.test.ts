import { describe, expect, it } from "vitest";
import { noticeOf, noticeWords, scheduleFaults } from "../../src/routes/ops/market/schedule";
import { clock, moment, momentFault, readEnd, readMoment, timeColumn } from "../../src/routes/ops/parts/times";

const NOON = Date.UTC(2026, 5, 30, 12, 0, 9);
const DAY = 86_400_000;

describe("times of the console", () => {
  it("are in UTC and say so", () => {
    expect(moment(NOON)).toBe("2026-06-30 12:00:09 UTC");
    expect(clock(NOON)).toBe("12:00:09 UTC");
    expect(moment(null)).toBe("–");
    const column = timeColumn<{ at: number | null }>("at", "Decided", (row) => row.at, "open");
    expect([column.label, column.show!({ at: NOON }), column.show!({ at: null })]).toEqual([
      "Decided, UTC",
      "2026-06-30 12:00:09",
      "open",
    ]);
  });

  it("are typed as they are shown, and mean the same wherever one sits", () => {
    expect(readMoment("2026-06-30 12:00:09")).toBe(NOON);
    expect(readMoment(" 2026-06-30T12:00 ")).toBe(NOON - 9_000);
    expect(readMoment("2026-06-30")).toBe(Date.UTC(2026, 5, 30));
    expect(readEnd("2026-06-30")).toBe(Date.UTC(2026, 6, 1) - 1);
    expect(readEnd("2026-06-30 12:00:09")).toBe(NOON);
  });

  it("are none where there is no such day or hour", () => {
    for (const typed of [
      "",
      "tomorrow",
      "2026-06-31",
      "2026-02-29 10:00",
      "2026-06-30 25:00",
      "30.06.2026",
      "2026-6-3",
    ])
      expect(readMoment(typed)).toBeNull();
  });

  it("may be left open, and must lie ahead where they are for later", () => {
    expect(momentFault("at", " ")).toEqual({});
    expect(momentFault("at", "soon")).toEqual({ at: "Enter a time like 2026-06-30 14:05." });
    expect(momentFault("at", "2026-06-30 11:59", NOON)).toEqual({ at: "This has passed already." });
    expect(momentFault("at", "2026-06-30 12:01", NOON)).toEqual({});
  });
});

describe("the schedule of a delisting", () => {
  const notice = noticeOf([
    { path: "delisting.notice_min", unit: "time", value: String(7 * DAY) },
    { path: "delisting.notice_max", unit: "time", value: String(365 * DAY) },
  ])!;
  const faults = (removalTime: string, borrowStopTime = "", transferStopTime = "") =>
    scheduleFaults({ removalTime, borrowStopTime, transferStopTime }, NOON, notice);

  it("has bounds that are the rule set's", () => {
    expect(noticeWords(notice)).toBe("7 to 365 days from now.");
    expect(noticeWords(noticeOf(undefined))).toBe("");
    expect(faults("2026-07-06")).toEqual({ removalTime: "Not before 2026-07-07 12:00:09 UTC." });
    expect(faults("2027-07-06")).toEqual({ removalTime: "Not after 2027-06-30 12:00:09 UTC." });
    expect(faults("2026-07-08")).toEqual({});
  });

  it("says what is wrong with each of its times", () => {
    expect(faults("")).toEqual({ removalTime: "Say when it is removed." });
    expect(faults("2026-06-01").removalTime).toBe("This has passed already.");
    expect(faults("2026-07-08", "2026-07-09", "never")).toEqual({
      borrowStopTime: "This comes after the removal.",
      transferStopTime: "Enter a time like 2026-06-30 14:05.",
    });
  });
});
