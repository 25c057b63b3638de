/** The bands of margin accounts and the products, in words. */
export type Kind = "plain" | "good" | "bad" | "warn" | "accent";

export const BANDS: Record<string, [string, Kind]> = {
  EXCESSIVE: ["May transfer out", "good"],
  NORMAL: ["Normal", "good"],
  MARGIN_CALL: ["Margin call", "warn"],
  FORCE_LIQUIDATION: ["Liquidation level", "bad"],
};

export const PRODUCTS: Record<string, string> = {
  CLASSIC: "Cross",
  PRO: "Cross Pro",
  ISOLATED: "Isolated",
  ALL: "All products",
};

/** The account's name: its product, and its pair if it is isolated. */
export const accountName = (product: string, symbol: string): string =>
  symbol ? `${PRODUCTS[product] ?? product} ${symbol}` : (PRODUCTS[product] ?? product);
