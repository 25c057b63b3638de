/** Sizes of the trade page's panels, as one dragged them. */
import { Stored } from "$lib/stored.svelte";

export interface Layout {
  /** Width of the order form and margin panel. */
  desk: number;
  /** Width of book and tape. */
  book: number;
  /** Height of the tape. */
  tape: number;
  /** Height of the activity tabs. */
  activity: number;
}

const USUAL: Layout = { desk: 320, book: 304, tape: 160, activity: 250 };
const kept = new Stored<Partial<Layout>>("trade.layout", {});

export const layout = {
  get sizes(): Layout {
    return { ...USUAL, ...kept.value };
  },
  get isChanged(): boolean {
    return Object.keys(kept.value).length > 0;
  },
  set(name: keyof Layout, size: number): void {
    kept.value = { ...kept.value, [name]: size };
  },
  reset(): void {
    kept.value = {};
  },
};
