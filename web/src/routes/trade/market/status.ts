/** Statuses of a pair that are not TRADING, in words. */
export const STATUS_WORDS: Record<string, string> = {
  HALT: "Halted",
  BREAK: "Delisted",
  CANCEL_ONLY: "Cancel only",
  REDUCE_ONLY: "Reduce only",
};
