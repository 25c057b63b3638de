/** What one chose of the chart, kept by the browser. */
import { Stored } from "$lib/stored.svelte";

export const chartChoice = {
  interval: new Stored("chart.interval", "1h"),
  kind: new Stored("chart.kind", "candle_solid"),
  indicators: new Stored<string[]>("chart.indicators", ["MA", "VOL"]),
  isIndexShown: new Stored("chart.index", true),
  areToolsShown: new Stored("chart.tools", true),
};
