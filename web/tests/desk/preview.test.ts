import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Down } from "$api";
import { Preview, type OrderPreview, type Question } from "../../src/routes/trade/desk/preview.svelte";

interface Asked {
  question: Question;
  signal: AbortSignal;
  answer: (value: string) => void;
  refuse: (fault: Error) => void;
}
let asked: Asked[];
let preview: Preview;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  preview = new Preview(
    (question, signal) =>
      new Promise((resolve, reject) => {
        const answer = (status: string) => resolve({ status } as OrderPreview);
        asked.push({ question, signal, answer, refuse: reject });
      }),
  );
});
afterEach(() => void vi.useRealTimers());

describe("the preview", () => {
  it("asks once, a moment after the last change", async () => {
    for (const quantity of ["1", "12", "123"]) {
      preview.ask({ quantity });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(asked).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(400);
    expect(asked.map((each) => each.question)).toEqual([{ quantity: "123" }]);
  });

  it("ends an older question, whose late answer is not shown", async () => {
    preview.ask({ quantity: "1" });
    await vi.advanceTimersByTimeAsync(400);
    preview.ask({ quantity: "2" });
    expect(asked[0]!.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(400);
    asked[1]!.answer("second");
    asked[0]!.answer("first");
    await vi.advanceTimersByTimeAsync(0);
    expect(preview.value?.status).toBe("second");
    expect(preview.isLoading).toBe(false);
  });

  it("is asked again without looking old", async () => {
    const seen: boolean[] = [];
    for (const quantity of ["1", "1", "2"]) {
      preview.ask({ quantity });
      seen.push(preview.isLoading);
      await vi.advanceTimersByTimeAsync(400);
      asked.at(-1)!.answer("NEW");
      await vi.advanceTimersByTimeAsync(0);
    }
    expect([seen, asked.length]).toEqual([[true, false, true], 3]);
  });

  it("keeps what it showed where the venue is down, as old if another order was asked for", async () => {
    preview.ask({ quantity: "1" });
    await vi.advanceTimersByTimeAsync(400);
    asked[0]!.answer("first");
    await vi.advanceTimersByTimeAsync(0);
    for (const quantity of ["1", "2"]) {
      preview.ask({ quantity });
      await vi.advanceTimersByTimeAsync(400);
      asked.at(-1)!.refuse(new Down());
      await vi.advanceTimersByTimeAsync(0);
      expect([preview.value?.status, preview.fault, preview.isLoading]).toEqual(["first", "", quantity === "2"]);
    }
  });

  it("shows why nothing came, and nothing for an order that is not whole", async () => {
    preview.ask({ quantity: "1" });
    await vi.advanceTimersByTimeAsync(400);
    asked[0]!.refuse(new Error("broken"));
    await vi.advanceTimersByTimeAsync(0);
    expect(preview.fault).not.toBe("");
    preview.ask(null);
    await vi.advanceTimersByTimeAsync(400);
    expect([preview.fault, preview.value, asked.length]).toEqual(["", null, 1]);
  });
});
