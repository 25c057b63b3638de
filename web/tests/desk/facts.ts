import type { PairFacts } from "../../src/routes/trade/pair.svelte";

/** A pair as Bitcoin's is. */
export const FACTS: PairFacts = {
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  status: "TRADING",
  tick: "0.01000000",
  step: "0.00001000",
  minQuantity: "0.00001000",
  minNotional: "5.00000000",
  isCross: true,
  isIsolated: true,
  isolatedLeverage: 10,
};
