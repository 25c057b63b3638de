import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import CollateralCalculator from "../../src/routes/data/parts/CollateralCalculator.svelte";
import ProExample from "../../src/routes/data/parts/ProExample.svelte";

const fetched = vi.fn<typeof fetch>();
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const value = {
  asset: "ETH",
  amount: "2.00000000",
  indexPrice: "2500.000000000000",
  isStale: false,
  value: "5000.00000000",
  collateralValue: "4750.00000000",
  meanRatio: "0.950000000000",
  valueForBorrowing: null,
  valueForTransfers: null,
  slices: [
    { from: "0.00000000", to: "9000.00000000", ratio: "0.95", value: "5000.00000000", counted: "4750.00000000" },
    { from: "9000.00000000", to: null, ratio: "0", value: "0.00000000", counted: "0.00000000" },
  ],
};

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset();
  fetched.mockImplementation(async () => json(value));
});

async function type(label: RegExp, words: string) {
  const field = screen.getByLabelText(label);
  await fireEvent.input(field, { target: { value: words } });
  await fireEvent.submit(field.closest("form")!);
  return field as HTMLInputElement;
}

describe("the collateral calculator", () => {
  it("shows what the venue answers, at once for the asset that is chosen", async () => {
    render(CollateralCalculator, { asset: "ETH", names: ["BTC", "ETH"] });
    expect(await screen.findByText(/4,750\.00 USDT/)).toBeTruthy();
    expect(fetched.mock.calls.map((each) => each[0])).toEqual(["/public/v1/collateral-value?asset=ETH&amount=1"]);
  });

  it("asks with what was typed, a comma for a point as well", async () => {
    render(CollateralCalculator, { asset: "ETH", names: ["ETH"] });
    await screen.findByText(/4,750\.00 USDT/);
    await type(/amount held/i, "2,5");
    expect(fetched.mock.lastCall![0]).toBe("/public/v1/collateral-value?asset=ETH&amount=2.5");
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it.each([
    ["", "This is needed."],
    ["a lot", "Please type an amount, such as 1.5."],
    ["-1", "An amount held is not below zero."],
    ["0.000000001", "At most 8 places after the point."],
  ])("says next to the field what is wrong with %j, keeps it, and asks nothing", async (typed, words) => {
    render(CollateralCalculator, { asset: "ETH", names: ["ETH"] });
    await screen.findByText(/4,750\.00 USDT/);
    const field = await type(/amount held/i, typed);
    expect(screen.getByRole("alert").textContent).toBe(words);
    expect(field.getAttribute("aria-describedby")).toBe(screen.getByRole("alert").id);
    expect(field.value).toBe(typed);
    expect(fetched).toHaveBeenCalledOnce();
  });

  it("asks once, however often it is pressed", async () => {
    let answer = (_: Response) => {};
    fetched.mockImplementation(() => new Promise((done) => (answer = done)));
    render(CollateralCalculator, { asset: "", names: [] });
    const button = screen.getByText("Calculate");
    await fireEvent.click(button);
    await fireEvent.click(button);
    answer(json(value));
    expect(fetched).toHaveBeenCalledOnce();
  });

  it("says in words why the venue refused", async () => {
    fetched.mockImplementation(async () => json({ code: -3042, msg: "Price index is not available." }, 400));
    render(CollateralCalculator, { asset: "ETH", names: ["ETH"] });
    expect((await screen.findByRole("alert")).textContent).toContain("Price index is not available");
  });
});

describe("the worked example of Pro", () => {
  it("refuses what is no debt next to the field", async () => {
    render(ProExample, { asset: "", names: [] });
    await type(/value owed/i, "0");
    expect(screen.getByRole("alert").textContent).toBe("A debt is above zero.");
    await type(/value owed/i, "much");
    expect(screen.getByRole("alert").textContent).toBe("Please type a value in USDT, such as 1,000,000.");
    expect(fetched).not.toHaveBeenCalled();
  });
});
