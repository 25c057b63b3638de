/** Isolated pairs with their base and quote side by side. */
import type { Answer } from "$api";
import type { Decimal } from "$lib/decimal";

type Terms = Answer<"/public/v1/isolated-pairs">[number];

export interface PairRow {
  symbol: string;
  leverage: string;
  base: string;
  baseRate: Decimal;
  baseLimit: Decimal;
  quote: string;
  quoteRate: Decimal;
  quoteLimit: Decimal;
}

/** The venue tells of the base first, then of the quote. */
export function pairRow({ symbol, leverage, data }: Terms): PairRow {
  const [base, quote] = data as [Terms["data"][number], Terms["data"][number]];
  return {
    symbol,
    leverage,
    base: base.coin,
    baseRate: base.dailyInterest,
    baseLimit: base.borrowLimit,
    quote: quote.coin,
    quoteRate: quote.dailyInterest,
    quoteLimit: quote.borrowLimit,
  };
}
