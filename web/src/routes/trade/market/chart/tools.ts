/** Indicators and drawings that a chart offers, as the chart's library and as traders name them. */

export interface Indicator {
  name: string;
  label: string;
  /** Whether it is drawn over the candles; else in a pane of its own. */
  isOver: boolean;
}

const over = (name: string, label: string): Indicator => ({ name, label, isOver: true });
const below = (name: string, label: string): Indicator => ({ name, label, isOver: false });

export const INDICATORS: Indicator[] = [
  over("MA", "Moving average"),
  over("EMA", "Exponential moving average"),
  over("SMA", "Smoothed moving average"),
  over("BOLL", "Bollinger bands"),
  over("SAR", "Parabolic stop and reverse"),
  over("BBI", "Bull and bear index"),
  below("VOL", "Volume"),
  below("MACD", "MACD"),
  below("RSI", "Relative strength index"),
  below("KDJ", "KDJ stochastic"),
  below("OBV", "On-balance volume"),
  below("WR", "Williams %R"),
  below("CCI", "Commodity channel index"),
  below("DMI", "Directional movement index"),
  below("TRIX", "Triple exponential average"),
  below("ROC", "Rate of change"),
];

export interface Drawing {
  name: string;
  label: string;
  /** How its button looks: a path in a square of 16. */
  path: string;
}

export const DRAWINGS: Drawing[] = [
  { name: "segment", label: "Trend line", path: "M3 13L13 3M2 14h2v-2H2zM12 4h2V2h-2z" },
  { name: "rayLine", label: "Ray", path: "M3 13L14 2M14 6V2h-4M2 14h2v-2H2z" },
  { name: "straightLine", label: "Line without end", path: "M1 15L15 1M6 9h2V7H6z" },
  { name: "horizontalStraightLine", label: "Horizontal line", path: "M1 8h14M7 9h2V7H7z" },
  { name: "verticalStraightLine", label: "Vertical line", path: "M8 1v14M7 9h2V7H7z" },
  { name: "parallelStraightLine", label: "Parallel lines", path: "M2 11L11 2M5 14L14 5" },
  { name: "priceChannelLine", label: "Price channel", path: "M1 10L10 1M4 12L12 4M6 15L15 6" },
  { name: "fibonacciLine", label: "Fibonacci retracement", path: "M1 3h14M1 7h14M1 10h14M1 13h14" },
  { name: "rectangle", label: "Rectangle", path: "M2 4h12v8H2z" },
  { name: "brush", label: "Brush", path: "M2 13c3 0 2-4 5-5s3 3 7-5" },
];

export const CANDLE_KINDS: [string, string][] = [
  ["candle_solid", "Candles"],
  ["candle_stroke", "Hollow candles"],
  ["ohlc", "Bars"],
  ["area", "Line"],
];
