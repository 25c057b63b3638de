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
  sign: string;
}

export const DRAWINGS: Drawing[] = [
  { name: "segment", label: "Trend line", sign: "╱" },
  { name: "rayLine", label: "Ray", sign: "↗" },
  { name: "straightLine", label: "Line without end", sign: "⤢" },
  { name: "horizontalStraightLine", label: "Horizontal line", sign: "─" },
  { name: "verticalStraightLine", label: "Vertical line", sign: "│" },
  { name: "parallelStraightLine", label: "Parallel lines", sign: "⫽" },
  { name: "priceChannelLine", label: "Price channel", sign: "≡" },
  { name: "fibonacciLine", label: "Fibonacci retracement", sign: "𝄙" },
  { name: "rectangle", label: "Rectangle", sign: "▭" },
  { name: "brush", label: "Brush", sign: "✎" },
];

export const CANDLE_KINDS: [string, string][] = [
  ["candle_solid", "Candles"],
  ["candle_stroke", "Hollow candles"],
  ["ohlc", "Bars"],
  ["area", "Line"],
];
