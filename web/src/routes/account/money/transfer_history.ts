/** Past transfers between the user's wallets. */
import type { Answer } from "$api";
import { CROSS, SPOT, placeName } from "./places";

export type Moved = Answer<"/account/v1/transfers">["rows"][number];

const PLACES: Record<string, string> = { SPOT, MARGIN: CROSS };

/** Returns the name of one end of a transfer. */
export const endName = (end: Moved["from"]): string => placeName(PLACES[end.accountType] ?? end.symbol);
