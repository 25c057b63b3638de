import { Stored } from "$lib/stored.svelte";

/** The pair that was looked at last. */
export const lastSymbol = new Stored("symbol", "BTCUSDT");
