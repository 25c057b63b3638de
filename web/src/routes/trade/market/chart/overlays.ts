/** What the chart's library does not draw: lines of one's own with a label, one's fills, rectangles. */
import { registerOverlay, type OverlayFigure } from "klinecharts";

/** What a line of one's own says. */
export interface MarkLine {
  label: string;
  colour: string;
  isDashed: boolean;
  /** Whether the price stands at the axis, too. */
  isAtAxis: boolean;
}

export interface MarkFill {
  isBuy: boolean;
  colour: string;
}

const FONT = "system-ui, sans-serif";
const LABEL = {
  color: "#ffffff",
  size: 11,
  family: FONT,
  paddingLeft: 5,
  paddingRight: 5,
  paddingTop: 2,
  paddingBottom: 2,
};
const FILL_SIZE = 5;
let isDone = false;

/** Registers them, once for all charts. */
export function registerOwnOverlays(): void {
  if (isDone) return;
  isDone = true;
  registerLine();
  registerFill();
  registerRectangle();
}

function registerLine(): void {
  registerOverlay<MarkLine>({
    name: "markLine",
    totalStep: 2,
    createPointFigures: ({ coordinates, bounding, overlay }) => {
      const y = coordinates[0]?.y ?? 0;
      const { label, colour, isDashed } = overlay.extendData;
      const ends = [
        { x: 0, y },
        { x: bounding.width, y },
      ];
      return [
        { type: "line", attrs: { coordinates: ends }, styles: { color: colour, style: isDashed ? "dashed" : "solid" } },
        { type: "text", attrs: { x: 8, y, text: label, baseline: "middle" }, styles: labelled(colour) },
      ];
    },
    createYAxisFigures: ({ chart, coordinates, bounding, overlay, yAxis }) => {
      if (!overlay.extendData.isAtAxis) return [];
      const isRight = yAxis?.position === "right";
      const text = (overlay.points[0]?.value ?? 0).toFixed(chart.getSymbol()?.pricePrecision ?? 2);
      const at = { x: isRight ? 0 : bounding.width, y: coordinates[0]?.y ?? 0, text };
      const attrs = { ...at, align: isRight ? "left" : "right", baseline: "middle" };
      return { type: "text", attrs, styles: labelled(overlay.extendData.colour), ignoreEvent: true };
    },
  });
}

const labelled = (colour: string) => ({ ...LABEL, backgroundColor: colour, borderColor: colour });

function registerFill(): void {
  registerOverlay<MarkFill>({
    name: "markFill",
    totalStep: 2,
    lock: true,
    createPointFigures: ({ coordinates, overlay }) => {
      const [at] = coordinates;
      if (!at) return [];
      const { isBuy, colour } = overlay.extendData;
      const sign = isBuy ? 1 : -1;
      const foot = at.y + sign * FILL_SIZE * 2;
      const triangle: OverlayFigure = {
        type: "polygon",
        attrs: { coordinates: [at, { x: at.x - FILL_SIZE, y: foot }, { x: at.x + FILL_SIZE, y: foot }] },
        styles: { style: "fill", color: colour },
        ignoreEvent: true,
      };
      return [triangle];
    },
  });
}

function registerRectangle(): void {
  registerOverlay({
    name: "rectangle",
    totalStep: 3,
    needDefaultPointFigure: true,
    needDefaultXAxisFigure: true,
    needDefaultYAxisFigure: true,
    createPointFigures: ({ coordinates }) => {
      const [from, to] = coordinates;
      if (!from || !to) return [];
      const corners = [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
      return { type: "polygon", attrs: { coordinates: corners }, styles: { style: "stroke_fill" } };
    },
  });
}
