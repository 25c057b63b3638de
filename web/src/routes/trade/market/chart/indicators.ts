import type { Chart } from "klinecharts";
import { INDICATORS } from "./tools";

const CANDLES = "candle_pane";
const PANE_PX = 76;

/** Makes the chart's indicators those of `names`. */
export function showIndicators(chart: Chart, names: readonly string[]): void {
  for (const { name } of chart.getIndicators()) if (!names.includes(name)) chart.removeIndicator({ name });
  for (const { name, isOver } of INDICATORS) {
    if (!names.includes(name) || chart.getIndicators({ name }).length > 0) continue;
    const paneId = isOver ? CANDLES : `pane-${name}`;
    chart.createIndicator({ name, paneId }, true);
    if (!isOver) chart.setPaneOptions({ id: paneId, height: PANE_PX, minHeight: 40 });
  }
}
