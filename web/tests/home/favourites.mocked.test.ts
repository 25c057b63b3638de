import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import Markets from "../../src/routes/home/Markets.svelte";
import type { PairLine } from "../../src/routes/home/markets";

const { navigate } = vi.hoisted(() => ({ navigate: vi.fn() }));
vi.mock("../../src/routes", () => ({ navigate }));

const pair = {
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  status: "TRADING",
  isCross: true,
  isIsolated: true,
  isolatedLeverage: 10,
  lastPrice: "60000.00000000",
  highPrice: "61000.00000000",
  lowPrice: "59000.00000000",
  priceChangePercent: "1.250",
  quoteVolume: "1000000.00000000",
} as PairLine;

beforeEach(() => {
  navigate.mockReset();
  localStorage.clear();
  render(Markets, { pairs: [pair] });
});

describe("the list of markets", () => {
  it("opens a pair by a click anywhere in its row", async () => {
    await fireEvent.click(screen.getByText("60,000"));
    expect(navigate).toHaveBeenCalledExactlyOnceWith("/trade/:symbol", { params: { symbol: "BTCUSDT" } });
  });

  it("leaves a link to the router, and goes nowhere when a favourite is chosen", async () => {
    screen
      .getByText("BTC")
      .closest("a")!
      .addEventListener("click", (event) => event.preventDefault());
    await fireEvent.click(screen.getByText("BTC"));
    const star = screen.getByText("Favourite BTCUSDT").closest("button")!;
    await fireEvent.click(star);
    expect(star.getAttribute("aria-pressed")).toBe("true");
    expect(navigate).not.toHaveBeenCalled();
  });
});
