import { Stored } from "$lib/stored.svelte";

const kept = new Stored<string[]>("favourites", []);

/** The pairs that one wants to find quickly, kept by the browser. */
export const favourites = {
  has: (symbol: string): boolean => kept.value.includes(symbol),
  toggle(symbol: string): void {
    kept.value = this.has(symbol) ? kept.value.filter((each) => each !== symbol) : [...kept.value, symbol];
  },
};
