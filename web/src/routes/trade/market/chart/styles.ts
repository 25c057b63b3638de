/** The chart in the colours of the page. */
import type { CandleType, DeepPartial, Styles } from "klinecharts";

const FONT = "system-ui, sans-serif";

/** Returns a colour of the theme that holds now. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function chartStyles(kind: CandleType): DeepPartial<Styles> {
  const [up, down, line, muted, panel, text, accent, bg] = [
    "up",
    "down",
    "line",
    "muted",
    "panel-2",
    "text",
    "accent",
    "bg",
  ].map((name) => colour(`--${name}`)) as [string, string, string, string, string, string, string, string];
  const tickText = { color: muted, size: 11, family: FONT };
  const axis = { axisLine: { color: line }, tickLine: { color: line }, tickText };
  const cross = {
    line: { color: muted },
    text: { color: text, backgroundColor: panel, borderColor: line, family: FONT, size: 11 },
  };
  const legend = { color: muted, size: 11, family: FONT, marginTop: 2, marginBottom: 2 };
  const rises = { upColor: up, downColor: down, noChangeColor: muted };
  return {
    grid: { horizontal: { color: line, style: "dashed" }, vertical: { show: false } },
    candle: {
      type: kind,
      bar: {
        ...rises,
        upBorderColor: up,
        downBorderColor: down,
        noChangeBorderColor: muted,
        upWickColor: up,
        downWickColor: down,
        noChangeWickColor: muted,
      },
      area: {
        lineColor: accent,
        backgroundColor: [
          { offset: 0, color: `${accent}05` },
          { offset: 1, color: `${accent}30` },
        ],
        point: { show: false },
      },
      priceMark: {
        high: { color: muted, textFamily: FONT },
        low: { color: muted, textFamily: FONT },
        last: { ...rises, text: { size: 11, family: FONT, color: bg } },
      },
      tooltip: { title: { show: false }, legend },
    },
    indicator: {
      ohlc: rises,
      bars: [{ ...rises, upColor: `${up}99`, downColor: `${down}99` }],
      tooltip: { title: legend, legend },
      lastValueMark: { show: false },
    },
    xAxis: axis,
    yAxis: axis,
    separator: { color: line, activeBackgroundColor: `${muted}22` },
    crosshair: { horizontal: cross, vertical: cross },
    overlay: {
      line: { color: accent },
      rect: { color: `${accent}22`, borderColor: accent },
      polygon: { color: `${accent}22` },
      text: { color: text, family: FONT },
      point: { color: accent, borderColor: `${accent}55`, activeColor: accent, activeBorderColor: `${accent}55` },
    },
  };
}
