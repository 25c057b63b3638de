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
  [-2011]: "This order is not open any more.",
  [-3006]: "This is more than can be borrowed now.",
  [-3013]: "This is less than is lent at a time.",
  [-3015]: "This is more than is owed.",
  [-3016]: "This is less than can be repaid at a time.",
  [-3020]: "This is more than can leave the account now.",
  [-3022]: "The account is locked: it is being liquidated.",
  [-3023]: "The margin level is too low for this.",
  [-3024]: "What would still be owed is too little: repay all of it, or less.",
  [-3026]: "Too many were chosen at once, or one of them is not small any more.",
  [-3041]: "There is not enough of it in this wallet.",
  [-3045]: "The lending pool does not have so much now.",
  [-3064]: "The price is too far from the index price.",
  [-5004]: "One of them is not small any more: please choose again.",
  [-5005]: "One of them is too little to bring anything: please choose again.",
  [-5006]: "This was done a short time ago. It can be done again in some hours.",
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
/** Which field a code is about. */
const FIELDS: Record<number, string> = {
  [-3006]: "amount",
  [-3013]: "amount",
  [-3015]: "amount",
  [-3016]: "amount",
  [-3020]: "amount",
  [-3024]: "amount",
  [-3041]: "amount",
  [-3045]: "amount",
  [-3064]: "price",
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
/** Refused orders, which all have one code, by what is said of them: the field that each is about, and better words. */
const ORDERS: Record<string, [string, string]> = {
  "Order would trigger immediately.": ["stopPrice", "The market is past this price already: it would trigger at once."],
  "The relationship of the prices for the orders is not correct.": [
    "stopPrice",
    "These prices are the wrong way round: one must lie above the market and the other one below it.",
  ],
  "Order would immediately match and take.": ["price", "It would trade at once, which it must not: it is post only."],
  "Order book liquidity is less than symbol minimum quantity.": ["quantity", "Nobody is there to trade with."],
  "IcebergQty exceeds QTY.": ["icebergQty", "This is more than the amount."],
  "Account has insufficient balance for requested action.": ["quantity", "There is not enough in this account for it."],
  "Duplicate order sent.": ["", "This order has arrived already."],
};
const FILTER = /^Filter failure: (\w+)/;
const NAMED = /(?:parameter|Param|for) '(\w+)'/;
const MALFORMED = [-1100, -1101, -1102, -1104, -1105, -1106, -1111, -1130];

/** Says in words why something was refused or failed. */
export function explain(fault: unknown): Explained {
  if (fault instanceof Down) return { text: fault.isUncertain ? UNCERTAIN : UNREACHED, field: "" };
  if (!(fault instanceof Refusal)) return { text: "Something went wrong in this page.", field: "" };
  const known = FILTERS[FILTER.exec(fault.told)?.[1] ?? ""] ?? ORDERS[fault.told];
  if (known) return { field: known[0], text: known[1] };
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
