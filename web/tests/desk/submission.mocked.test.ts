import { beforeEach, describe, expect, it, vi } from "vitest";
import { Down, Refusal } from "$api";
import { hasArrived } from "$lib/account_orders";
import { Form } from "$lib/form.svelte";
import { CROSS, SPOT } from "$lib/place";
import { session, type Standing } from "$lib/session.svelte";
import { OrderDraft } from "../../src/routes/trade/desk/order_draft.svelte";
import { Submission } from "../../src/routes/trade/desk/submission.svelte";
import { send } from "../../src/routes/trade/desk/sending";
import { FACTS } from "./facts";

vi.mock("../../src/routes/trade/desk/sending", async (real) => ({ ...(await real<object>()), send: vi.fn() }));
vi.mock("$lib/account_orders", async (real) => ({ ...(await real<object>()), hasArrived: vi.fn() }));
const sent = vi.mocked(send);
const arrived = vi.mocked(hasArrived);
const nothingWrong = () => ({});
let form: Form;
let draft: OrderDraft;
let submission: Submission;

beforeEach(() => {
  sent.mockReset().mockResolvedValue({ status: "NEW" });
  arrived.mockReset().mockResolvedValue(false);
  session.standing = { loan: { isAllowed: true, missing: [] } } as unknown as Standing;
  form = new Form();
  draft = new OrderDraft();
  draft.typePrice("50000", FACTS, null);
  draft.typeQuantity("0.1", FACTS, null);
  submission = new Submission(form, draft);
});

describe("an order", () => {
  it("is sent once, however often it is pressed", async () => {
    let answer = (_: { status: string }) => {};
    sent.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const first = submission.send(nothingWrong, FACTS, SPOT);
    const second = submission.send(nothingWrong, FACTS, SPOT);
    await submission.submit(nothingWrong, FACTS, SPOT, false);
    answer({ status: "NEW" });
    await Promise.all([first, second]);
    expect(sent).toHaveBeenCalledTimes(1);
  });

  it("keeps its name while nobody knows whether it arrived, and has a new one after a refusal", async () => {
    sent.mockRejectedValueOnce(new Down());
    await submission.send(nothingWrong, FACTS, SPOT);
    sent.mockRejectedValueOnce(new Refusal(400, -2010, "Account has insufficient balance for requested action."));
    await submission.send(nothingWrong, FACTS, SPOT);
    await submission.send(nothingWrong, FACTS, SPOT);
    const names = sent.mock.calls.map((call) => call[3]);
    expect(names[1]).toBe(names[0]);
    expect(names[2]).not.toBe(names[0]);
  });

  it("of which no answer came, and which had arrived, is not sent again", async () => {
    sent.mockRejectedValueOnce(new Down());
    await submission.send(nothingWrong, FACTS, SPOT);
    expect(arrived).not.toHaveBeenCalled();
    arrived.mockResolvedValueOnce(true);
    await submission.send(nothingWrong, FACTS, SPOT);
    expect([sent.mock.calls.length, draft.quantity]).toEqual([1, ""]);
    draft.typeQuantity("0.2", FACTS, null);
    await submission.send(nothingWrong, FACTS, SPOT);
    expect([sent.mock.calls.length, arrived.mock.calls.length]).toEqual([2, 1]);
  });

  it("of which nobody knows whether it arrived is not sent while the venue does not say", async () => {
    sent.mockRejectedValueOnce(new Down());
    await submission.send(nothingWrong, FACTS, SPOT);
    arrived.mockRejectedValueOnce(new Refusal(429, -1003, "Too many requests"));
    await submission.send(nothingWrong, FACTS, SPOT);
    expect([sent.mock.calls.length, form.fault]).toEqual([1, "Too many requests: please wait a moment."]);
    await submission.send(nothingWrong, FACTS, SPOT);
    const names = [...sent.mock.calls.map((call) => call[3]), ...arrived.mock.calls.map((call) => call[2])];
    expect([sent.mock.calls.length, new Set(names).size]).toEqual([2, 1]);
  });

  it("that is refused says so in words and keeps what was typed", async () => {
    sent.mockRejectedValueOnce(new Refusal(400, -2010, "Account has insufficient balance for requested action."));
    await submission.send(nothingWrong, FACTS, SPOT);
    expect(form.fault).toBe("There is not enough in this account for it.");
    expect([draft.price, draft.quantity]).toEqual(["50000", "0.1"]);
  });

  it("that is wrong is not sent, and the fault stands at its field", async () => {
    await submission.submit(() => ({ quantity: "This is needed." }), FACTS, SPOT, false);
    expect(sent).not.toHaveBeenCalled();
    expect(form.faults).toEqual({ quantity: "This is needed." });
  });

  it("is shown once more where that is wanted", async () => {
    await submission.submit(nothingWrong, FACTS, SPOT, true);
    expect([submission.isAsking, sent.mock.calls.length]).toEqual([true, 0]);
    await submission.send(nothingWrong, FACTS, SPOT);
    expect([submission.isAsking, sent.mock.calls.length]).toEqual([false, 1]);
  });

  it("that borrows for the first time waits for the warning to be read", async () => {
    session.standing = { loan: { isAllowed: false, missing: ["loan-risk"] } } as unknown as Standing;
    draft.effect = "MARGIN_BUY";
    await submission.submit(nothingWrong, FACTS, CROSS, false);
    expect([submission.isWarning, sent.mock.calls.length]).toEqual([true, 0]);
  });
});
