/** Refusals in words, and the field of a form that each is about. */
import { Down, Refusal } from "$api";

export interface Explained {
  text: string;
  /** The name of the parameter that is wrong; empty when it is none in particular. */
  field: string;
}

/** Words where the venue's own are made for programs. Everything else it says in words already. */
const WORDS: Record<number, string> = {
  [-1003]: "Too many requests: please wait a moment.",
  [-1007]: "The venue did not answer in time. Look whether it was done before you try again.",
  [-1008]: "The venue is busy. Nothing was done; please try again.",
  [-1015]: "Too many orders in a short time: please wait a moment.",
  [-1021]: "This computer's clock and the venue's differ too much.",
  [-2010]: "The order was refused.",
  [-3041]: "There is not enough of it in this wallet.",
  [-70006]: "Mail address or password is wrong.",
  [-70007]: "Enter the code of your authenticator.",
  [-70008]: "This code is wrong. Codes change every 30 seconds.",
  [-70011]: "This link or token is not valid any more: it was used, or it is too old.",
  [-70029]: "Withdrawing takes a second factor: switch it on under Security first.",
  [-70024]: "The text has changed: please read the new one.",
};
const UNREACHED = "The venue cannot be reached. It is tried again.";
/** Of what was to be done; nothing is sent a second time by itself. */
const UNCERTAIN = "The venue did not answer. Once it is back, look whether this was done before you send it again.";
/** Which field a code of the own interface is about. */
const FIELDS: Record<number, string> = {
  [-70002]: "mail",
  [-70003]: "country",
  [-70004]: "country",
  [-70005]: "newPassword",
  [-70006]: "oldPassword",
  [-70007]: "code",
  [-70008]: "code",
  [-70011]: "token",
  [-70015]: "publicKey",
  [-70016]: "addresses",
  [-70018]: "birth",
  [-70019]: "document",
  [-70025]: "reason",
  [-70030]: "addresses",
  [-70050]: "address",
  [-70055]: "code",
};
/** Filters of a pair in words, and the field that each is about. */
const FILTERS: Record<string, [string, string]> = {
  PRICE_FILTER: ["price", "The price does not fit the steps or bounds of this pair."],
  PERCENT_PRICE_BY_SIDE: ["price", "The price is too far from the market."],
  LOT_SIZE: ["quantity", "The amount is too small, too large, or has too many decimals."],
  MARKET_LOT_SIZE: ["quantity", "The amount is too small or too large for a market order."],
  NOTIONAL: ["total", "The total is too small or too large for this pair."],
  ICEBERG_PARTS: ["icebergQty", "The iceberg has too many parts."],
  TRAILING_DELTA: ["trailingDelta", "The distance is too small or too large."],
  MAX_POSITION: ["quantity", "More than one account may hold of this asset."],
  MAX_NUM_ORDERS: ["", "Too many orders are open in this pair."],
  MAX_NUM_ALGO_ORDERS: ["", "Too many conditional orders are open in this pair."],
  MAX_NUM_ICEBERG_ORDERS: ["", "Too many iceberg orders are open in this pair."],
  MAX_NUM_ORDER_LISTS: ["", "Too many order lists are open in this pair."],
};
const FILTER = /^Filter failure: (\w+)/;
const NAMED = /(?:parameter|Param|for) '(\w+)'/;
const MALFORMED = [-1100, -1101, -1102, -1104, -1105, -1106, -1111, -1130];

/** Says in words why something was refused or failed. */
export function explain(fault: unknown): Explained {
  if (fault instanceof Down) return { text: fault.isUncertain ? UNCERTAIN : UNREACHED, field: "" };
  if (!(fault instanceof Refusal)) return { text: "Something went wrong in this page.", field: "" };
  const filter = FILTERS[FILTER.exec(fault.told)?.[1] ?? ""];
  if (filter) return { field: filter[0], text: filter[1] };
  const field = FIELDS[fault.code] ?? NAMED.exec(fault.told)?.[1] ?? "";
  return { text: sentence(fault, field), field };
}

function sentence(fault: Refusal, field: string): string {
  const wait = fault.wait > 0 ? ` Try again in ${fault.wait} s.` : "";
  const detail = typeof fault.body.detail === "string" && fault.body.detail ? fault.body.detail : "";
  if (field && MALFORMED.includes(fault.code) && NAMED.test(fault.told)) return `Please check this value.${wait}`;
  return capital(detail || (WORDS[fault.code] && !fault.told ? WORDS[fault.code]! : own(fault))) + wait;
}

function own(fault: Refusal): string {
  if (fault.code === -2010 || !(fault.code in WORDS)) return fault.told || "This was refused.";
  return WORDS[fault.code]!;
}

function capital(text: string): string {
  const found = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(found) ? found : `${found}.`;
}
