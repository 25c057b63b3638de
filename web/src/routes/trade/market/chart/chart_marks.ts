/** Draws what of the user's stands in the chart, and lets orders be dragged. */
import type { Chart, OverlayCreate } from "klinecharts";
import { number } from "$lib/format";
import { fixed, pixelValue, type Decimal } from "$lib/decimal";
import type { Fill, Line } from "../../marks.svelte";
import { labelWidth, type MarkFill, type MarkLine } from "./overlays";
import { colour } from "./styles";

const LINES = "mark-lines";
const FILLS = "mark-fills";
const FILLS_MOST = 200;

/** Which colour of the theme a line has. */
const COLOURS: Record<Line["kind"], string> = {
  order: "--buy",
  entry: "--link",
  liquidation: "--sell",
  "margin-call": "--warn-line",
  index: "--index-line",
};

/** Makes the chart's lines those of `lines`; `pricePlaces` are those of the pair's tick. */
export function drawLines(chart: Chart, lines: readonly Line[], pricePlaces: number): void {
  const wanted = new Map(lines.map((line) => [`${LINES}.${line.id}`, line]));
  for (const { id } of chart.getOverlays({ groupId: LINES })) if (!wanted.has(id)) chart.removeOverlay({ id });
  for (const [id, line] of wanted) {
    const made = overlayOf(chart, id, line, pricePlaces);
    if (chart.getOverlays({ id }).length === 0) chart.createOverlay(made as OverlayCreate);
    else chart.overrideOverlay(made as OverlayCreate);
  }
}

function overlayOf(chart: Chart, id: string, line: Line, pricePlaces: number): OverlayCreate<MarkLine> {
  const tone = line.kind === "order" && line.side === "SELL" ? "--sell" : COLOURS[line.kind];
  const back = () => chart.overrideOverlay({ id, points: [{ value: pixelValue(line.price) }] });
  return {
    id,
    name: "markLine",
    groupId: LINES,
    lock: !line.onMoved,
    zLevel: line.kind === "index" ? 0 : 1,
    points: [{ value: pixelValue(line.price) }],
    extendData: {
      label: line.label,
      labelWidth: labelWidth(line.label),
      colour: colour(tone),
      textColour: line.kind === "entry" ? colour("--bg") : "#ffffff",
      isDashed: line.kind !== "order",
      isAtAxis: line.kind !== "index",
    },
    onPressedMoveEnd: ({ overlay }) => {
      const price = priceAt(overlay.points[0]?.value, pricePlaces);
      // The line goes back to where the order stands; it moves when the venue has moved the order.
      back();
      if (price && price !== line.price) line.onMoved?.(price);
    },
    onRightClick: (event) => event.preventDefault?.(),
  };
}

/** Returns the price of a place in the chart, cut to the pair's tick. */
function priceAt(value: number | undefined, pricePlaces: number): Decimal | null {
  return value !== undefined && value > 0 ? fixed(value.toFixed(pricePlaces), pricePlaces) : null;
}

/** Makes the chart's marks of fills those of `fills`, the newest first. */
export function drawFills(chart: Chart, fills: readonly Fill[]): void {
  const wanted = new Map(fills.slice(0, FILLS_MOST).map((fill) => [`${FILLS}.${fill.id}`, fill]));
  for (const { id } of chart.getOverlays({ groupId: FILLS })) if (!wanted.has(id)) chart.removeOverlay({ id });
  const colours = { BUY: colour("--up"), SELL: colour("--down") };
  for (const [id, { time, price, side }] of wanted) {
    const extendData = { isBuy: side === "BUY", colour: colours[side] };
    const [drawn] = chart.getOverlays({ id });
    if (!drawn) {
      const points = [{ timestamp: time, value: pixelValue(price) }];
      chart.createOverlay({ id, name: "markFill", groupId: FILLS, lock: true, points, extendData } as OverlayCreate);
    } else if ((drawn.extendData as MarkFill).colour !== extendData.colour) chart.overrideOverlay({ id, extendData });
  }
}

export function indexLine(price: Decimal, pricePlaces: number): Line {
  return { id: "index", kind: "index", price, label: `Index ${number(price, pricePlaces)}` };
}
