/** The kinds of orders that the form offers, and what each asks for. */
export type OrderKind =
  | "LIMIT"
  | "MARKET"
  | "STOP_LOSS_LIMIT"
  | "STOP_LOSS"
  | "TAKE_PROFIT_LIMIT"
  | "TAKE_PROFIT"
  | "TRAILING"
  | "LIMIT_MAKER"
  | "OCO";

interface Asks {
  words: string;
  /** What it does, in a sentence. */
  about: string;
  hasPrice: boolean;
  hasStop: boolean;
  hasTimeInForce?: boolean;
}

export const KINDS: Record<OrderKind, Asks> = {
  LIMIT: {
    words: "Limit",
    about: "Buys or sells at your price or a better one.",
    hasPrice: true,
    hasStop: false,
    hasTimeInForce: true,
  },
  MARKET: {
    words: "Market",
    about: "Trades at once at the best prices of the book.",
    hasPrice: false,
    hasStop: false,
  },
  STOP_LOSS_LIMIT: {
    words: "Stop limit",
    about: "Becomes a limit order once the last price reaches the trigger against you.",
    hasPrice: true,
    hasStop: true,
    hasTimeInForce: true,
  },
  STOP_LOSS: {
    words: "Stop market",
    about: "Trades at once when the last price reaches the trigger against you.",
    hasPrice: false,
    hasStop: true,
  },
  TAKE_PROFIT_LIMIT: {
    words: "Take profit limit",
    about: "Becomes a limit order once the last price reaches the trigger in your favour.",
    hasPrice: true,
    hasStop: true,
    hasTimeInForce: true,
  },
  TAKE_PROFIT: {
    words: "Take profit market",
    about: "Trades at once when the last price reaches the trigger in your favour.",
    hasPrice: false,
    hasStop: true,
  },
  TRAILING: {
    words: "Trailing stop",
    about: "Follows the price at a distance and trades once it turns by so much.",
    hasPrice: false,
    hasStop: false,
  },
  LIMIT_MAKER: {
    words: "Post only",
    about: "Rests in the book or is refused: it never takes.",
    hasPrice: true,
    hasStop: false,
  },
  OCO: {
    words: "OCO",
    about: "A limit order and a stop: when one is filled or triggered, the other is cancelled.",
    hasPrice: true,
    hasStop: true,
  },
};

/** Kinds with a tab of their own; the others stand in a list. */
export const COMMON: OrderKind[] = ["LIMIT", "MARKET", "STOP_LOSS_LIMIT"];

export type Effect = "NO_SIDE_EFFECT" | "MARGIN_BUY" | "AUTO_REPAY" | "AUTO_BORROW_REPAY";
export const EFFECTS: [Effect, string, string][] = [
  ["NO_SIDE_EFFECT", "Normal", "Uses what is free in the account."],
  ["MARGIN_BUY", "Borrow", "Borrows what is missing when the order is placed."],
  ["AUTO_REPAY", "Repay", "Repays debt with what the order brings."],
  ["AUTO_BORROW_REPAY", "Auto", "Borrows what is missing, and repays with what the order brings."],
];
export const borrows = (effect: Effect) => effect === "MARGIN_BUY" || effect === "AUTO_BORROW_REPAY";

export const SELF_TRADE: [string, string][] = [
  ["", "As the venue sets it"],
  ["EXPIRE_MAKER", "Expire my resting order"],
  ["EXPIRE_TAKER", "Expire this order"],
  ["EXPIRE_BOTH", "Expire both"],
  ["DECREMENT", "Take the same off both"],
  ["NONE", "Allow it"],
];
