/** The VIP level by which figures are shown first: that of who is signed in, else the lowest. */
import { session } from "$lib/session.svelte";

/** Returns the visitor's own level; none for who is not signed in. */
export const ownLevel = (): number | null => session.standing?.vipLevel ?? null;

/** Returns the level that a page is about where its address names none. */
export const firstLevel = (): string => String(ownLevel() ?? 0);
