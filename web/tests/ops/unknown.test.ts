import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { session } from "$lib/session.svelte";
import { venue } from "$lib/venue.svelte";
import Fund from "../../src/routes/ops/money/Fund.svelte";
import Pools from "../../src/routes/ops/money/Pools.svelte";
import Standing from "../../src/routes/ops/parts/Standing.svelte";
import CaseFile from "../../src/routes/ops/risk/CaseFile.svelte";
import { Refused, answering, sent, type Asked } from "../account/wire";

const BUSY = new Refused(503, -1008, "busy");
const QUIET = { liquidation: {}, isTradingStopped: false, pairsHeldBack: {}, isBorrowingStopped: false };
let answers: Record<string, unknown>;
let asked: Asked[];

beforeEach(async () => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
  answers = {
    "GET /account/v1/session": { userId: 1, roles: ["ADMIN"], csrfToken: "" },
    "GET /account/v1/status": {},
    "GET /sapi/v1/margin/allAssets": [],
    "GET /operator/v1/house": BUSY,
    "GET /operator/v1/pools": BUSY,
    "GET /operator/v1/fund": BUSY,
    "GET /operator/v1/restrictions": BUSY,
    "GET /operator/v1/control": QUIET,
    "GET /operator/v1/liquidation-case-state": { isMade: false },
    "POST /operator/v1/pool/supply": {},
    "POST /operator/v1/fund/top-up": {},
  };
  asked = answering(answers);
  await session.refresh();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  venue.isDown = false;
});

const press = (name: string) => userEvent.click(screen.getByRole("button", { name, hidden: true }));
async function asks(opener: string, amount: string, label: string) {
  await press(opener);
  await userEvent.type(screen.getByLabelText("Amount"), amount);
  await userEvent.type(screen.getByLabelText("Reason"), "a drill");
  await press(label);
}

describe("what the house holds", () => {
  it.each([
    ["pools", Pools, "Change supply", "Move", "POST /operator/v1/pool/supply"],
    ["fund", Fund, "Top up the fund", "Top up", "POST /operator/v1/fund/top-up"],
  ])(
    "forbids the %s nothing while it is not known, and is asked anew for each act",
    async (_, page, opener, label, act) => {
      render(page);
      await asks(opener, "5", label);
      await vi.waitFor(() => expect(sent(asked, act)).toHaveLength(1));
      await vi.waitFor(() => expect(screen.queryByLabelText("Amount")).toBeNull());
      answers["GET /operator/v1/house"] = { assets: { USDT: { house: "3" } } };
      await press(opener);
      await screen.findByText(/^The house holds 3 USDT/);
      await press("Cancel");
      answers["GET /operator/v1/house"] = { assets: { USDT: { house: "4" } } };
      await asks(opener, "5", label);
      await screen.findByText("The house holds 4 USDT: fund it first.");
      expect(sent(asked, act)).toHaveLength(1);
    },
  );

  it("is not told as 0 while it is not known, nor what is lent of a pool", async () => {
    render(Pools);
    await asks("Change supply", "-5", "Move");
    expect(screen.queryByText(/The house holds 0|is not lent\.$/)).toBeNull();
    await vi.waitFor(() => expect(sent(asked, "POST /operator/v1/pool/supply")).toHaveLength(1));
  });
});

describe("the line above every page", () => {
  const GOOD = "No general stop of trading, borrowing or liquidation";
  const UNKNOWN = "Not known: the venue does not say what is stopped";

  it("says that it is not known while it cannot be renewed, and again what it is", async () => {
    vi.useFakeTimers();
    render(Standing);
    await vi.waitFor(() => screen.getByText(GOOD));
    answers["GET /operator/v1/control"] = BUSY;
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => screen.getByText(UNKNOWN));
    expect(screen.queryByText(GOOD)).toBeNull();
    answers["GET /operator/v1/control"] = QUIET;
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => screen.getByText(GOOD));
    venue.isDown = true;
    await vi.waitFor(() => screen.getByText(UNKNOWN));
  });
});

describe("a case that is being made", () => {
  it("is asked for again, but not by a page that nobody sees", async () => {
    vi.useFakeTimers();
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    const times = () => sent(asked, "GET /operator/v1/liquidation-case-state").length;
    render(CaseFile);
    await vi.waitFor(() => screen.getByText(/is being made from the journal/));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times()).toBe(1);
    hidden.mockReturnValue(false);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(times()).toBe(5);
    expect(sent(asked, "GET /operator/v1/liquidation-case")).toEqual([]);
  });
});
