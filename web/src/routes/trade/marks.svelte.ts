/** What of the user's stands in the chart: the desk fills it, the chart draws it. */
import type { Decimal } from "$lib/decimal";

export interface Line {
  id: string;
  price: Decimal;
  kind: "order" | "entry" | "liquidation" | "margin-call" | "index";
  label: string;
  side?: "BUY" | "SELL";
  /** Called with the new price when the line has been dragged; a line without it stands still. */
  onMoved?: (price: Decimal) => void;
}

export interface Fill {
  id: number;
  time: number;
  price: Decimal;
  quantity: Decimal;
  side: "BUY" | "SELL";
}

export const marks = $state<{ lines: Line[]; fills: Fill[] }>({ lines: [], fills: [] });
