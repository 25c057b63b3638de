import { describe, expect, it } from "vitest";
import { amountFault, readNumber } from "../../src/routes/ops/parts/checks";
import { stops } from "../../src/routes/ops/parts/standing";
import { EVERYTHING, searchFaults, searchOf } from "../../src/routes/ops/people/audit";

describe("what an operator types", () => {
  it("is an amount with the decimals that are booked, within what there is", () => {
    expect(amountFault("1 000.5")).toEqual({});
    expect(amountFault("a lot")).toEqual({ amount: "This is no number." });
    expect(amountFault("-5")).toEqual({ amount: "It must be more than 0." });
    expect(amountFault("0.000000001")).toEqual({ amount: "At most 8 decimals." });
    expect(amountFault("11", { most: "10", tooMuch: "The house holds 10." })).toEqual({
      amount: "The house holds 10.",
    });
  });

  it("may be taken out where that is possible", () => {
    expect(amountFault("-5", { isSigned: true })).toEqual({});
    expect(amountFault("-0", { isSigned: true })).toEqual({ amount: "It must be more than 0." });
    expect(amountFault("-11", { isSigned: true, most: "10", tooMuch: "Lent." })).toEqual({ amount: "Lent." });
  });

  it("is the number of a user", () => {
    expect(readNumber(" 17 ")).toBe(17);
    for (const typed of ["", "0", "-1", "1.5", "x", "9".repeat(20)]) expect(readNumber(typed)).toBeUndefined();
  });
});

describe("a search of the log", () => {
  it("asks for nothing in particular while nothing is typed", () => {
    expect(searchFaults(EVERYTHING)).toEqual({});
    expect(Object.values(searchOf(EVERYTHING)).every((each) => each === undefined)).toBe(true);
  });

  it("takes days whole, in UTC", () => {
    const asked = searchOf({ ...EVERYTHING, actor: "17", act: "SUSPEND", since: "2026-06-30", until: "2026-06-30" });
    expect(asked).toEqual({
      actor: 17,
      subject: undefined,
      act: "SUSPEND",
      startTime: Date.UTC(2026, 5, 30),
      endTime: Date.UTC(2026, 6, 1) - 1,
    });
  });

  it("says what is wrong next to each filter", () => {
    const typed = { actor: "olga", subject: "0", act: "", since: "yesterday", until: "2026-06-31" };
    expect(searchFaults(typed)).toEqual({
      actor: "Enter a user's number.",
      subject: "Enter a user's number.",
      since: "Enter a time like 2026-06-30 14:05.",
      until: "Enter a time like 2026-06-30 14:05.",
    });
    expect(searchFaults({ ...EVERYTHING, since: "2026-06-30", until: "2026-06-29" })).toEqual({
      until: "This is before the beginning.",
    });
  });
});

describe("the line above every page", () => {
  const runs = { isPaused: false, isPausedByHand: false, since: null };
  const waits = { isPaused: true, isPausedByHand: true, since: 1 };
  const control = {
    liquidation: { CLASSIC: runs, PRO: runs },
    isTradingStopped: false,
    pairsHeldBack: {},
    statusesAfterStop: {},
    isBorrowingStopped: false,
    isBorrowingStoppedByLoss: false,
    excludedSources: {},
  } as unknown as Parameters<typeof stops>[0];

  it("says nothing of a quiet venue", () => expect(stops(control)).toEqual([]));

  it("names some of the pairs that are held back", () => {
    const pairsHeldBack = { BTCUSDT: "HALT", ETHUSDT: "REDUCE_ONLY", SOLUSDT: "HALT" };
    expect(stops({ ...control, pairsHeldBack }).map((each) => each.text)).toEqual([
      "Held back: BTCUSDT, ETHUSDT, SOLUSDT",
    ]);
    expect(stops({ ...control, pairsHeldBack: { ...pairsHeldBack, XRPUSDT: "HALT" } })[0]!.text).toBe(
      "Held back: BTCUSDT, ETHUSDT, SOLUSDT and 1 more",
    );
  });

  it("names what is stopped, and what is paused by hand", () => {
    const now = {
      ...control,
      isTradingStopped: true,
      isBorrowingStopped: true,
      liquidation: { CLASSIC: waits, PRO: waits },
    };
    expect(stops(now).map((each) => each.text)).toEqual([
      "All trading is stopped",
      "Borrowing is stopped",
      "Liquidation is paused: Cross, Cross Pro",
    ]);
  });
});
