/** What the chart's library does not draw: lines of one's own with a label, one's fills, rectangles. */
import { registerOverlay, utils, type Chart, type OverlayFigure, type YAxis } from "klinecharts";
import { grouped } from "$lib/format";
import { labelStarts } from "./labels";

/** What a line of one's own says. */
export interface MarkLine {
  label: string;
  labelWidth: number;
  colour: string;
  textColour: string;
  isDashed: boolean;
  /** Whether the price stands at the axis, too. */
  isAtAxis: boolean;
}

export interface MarkFill {
  isBuy: boolean;
  colour: string;
}

const FONT = "system-ui, sans-serif";
const SIZE_PX = 11;
const PADDING_PX = 5;
const LABEL = {
  size: SIZE_PX,
  family: FONT,
  paddingLeft: PADDING_PX,
  paddingRight: PADDING_PX,
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
    createPointFigures: ({ chart, coordinates, bounding, overlay, yAxis }) => {
      const y = coordinates[0]?.y ?? 0;
      const { label, colour, isDashed } = overlay.extendData;
      const x = yAxis ? startOf(chart, yAxis, overlay.id, overlay.groupId) : 0;
      const ends = [
        { x: 0, y },
        { x: bounding.width, y },
      ];
      return [
        { type: "line", attrs: { coordinates: ends }, styles: { color: colour, style: isDashed ? "dashed" : "solid" } },
        { type: "text", attrs: { x, y, text: label, baseline: "middle" }, styles: labelled(overlay.extendData) },
      ];
    },
    createYAxisFigures: ({ chart, coordinates, bounding, overlay, yAxis }) => {
      if (!overlay.extendData.isAtAxis) return [];
      const isRight = yAxis?.position === "right";
      const text = grouped((overlay.points[0]?.value ?? 0).toFixed(chart.getSymbol()?.pricePrecision ?? 2));
      const at = { x: isRight ? 0 : bounding.width, y: coordinates[0]?.y ?? 0, text };
      const attrs = { ...at, align: isRight ? "left" : "right", baseline: "middle" };
      return { type: "text", attrs, styles: labelled(overlay.extendData), ignoreEvent: true };
    },
  });
}

const labelled = ({ colour, textColour }: MarkLine) => ({
  ...LABEL,
  color: textColour,
  backgroundColor: colour,
  borderColor: colour,
});

/** Where the labels of a chart began when they were drawn last, by the line's id: found once for all lines of a frame. */
const found = new WeakMap<Chart, { key: string; starts: Map<string, number> }>();

/** Returns where the label of a line begins, beside those of the lines of its group that are close. */
function startOf(chart: Chart, yAxis: YAxis, id: string, groupId: string): number {
  const all = chart.getOverlays({ groupId }).sort((a, b) => (a.id < b.id ? -1 : 1));
  const labels = all.map(({ points, extendData }) => ({
    y: yAxis.convertToPixel(points[0]?.value ?? 0),
    width: (extendData as MarkLine).labelWidth,
  }));
  const key = all.map((each, at) => `${each.id} ${labels[at]!.y} ${labels[at]!.width}`).join();
  let last = found.get(chart);
  if (last?.key !== key) {
    const starts = labelStarts(labels);
    last = { key, starts: new Map(all.map((each, at) => [each.id, starts[at]!])) };
    found.set(chart, last);
  }
  return last.starts.get(id) ?? 0;
}

/** Returns how wide a label is drawn. */
export const labelWidth = (label: string): number =>
  utils.calcTextWidth(label, SIZE_PX, "normal", FONT) + 2 * PADDING_PX;

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
