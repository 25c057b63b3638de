/** What one draws into the chart, kept by the browser for each pair. */
import type { Chart, OverlayCreate, Point } from "klinecharts";
import { Stored } from "$lib/stored.svelte";

const GROUP = "drawings";
const MOST = 100;

interface Kept {
  name: string;
  points: Partial<Point>[];
}

export class Drawings {
  #chart: Chart;
  #symbol: string;
  #kept = new Stored<Record<string, Kept[]>>("chart.drawings", {});
  #isRestoring = false;

  constructor(chart: Chart, symbol: string) {
    this.#chart = chart;
    this.#symbol = symbol;
  }

  /** Lets the user draw one. */
  begin(name: string): void {
    this.#chart.createOverlay(this.#of(name));
  }

  /** Draws those that were kept; the candles must be there. */
  restore(): void {
    this.#isRestoring = true;
    this.#chart.removeOverlay({ groupId: GROUP });
    for (const { name, points } of this.#kept.value[this.#symbol] ?? []) {
      this.#chart.createOverlay({ ...this.#of(name), points });
    }
    this.#isRestoring = false;
  }

  clear(): void {
    this.#chart.removeOverlay({ groupId: GROUP });
    this.#keep();
  }

  #of(name: string): OverlayCreate {
    const keep = () => this.#keep();
    return { name, groupId: GROUP, onDrawEnd: keep, onPressedMoveEnd: keep, onRemoved: keep };
  }

  /** Keeps them as they are once the chart has followed. */
  #keep(): void {
    if (this.#isRestoring) return;
    queueMicrotask(() => {
      const all = this.#chart.getOverlays({ groupId: GROUP }).filter((each) => each.currentStep === -1);
      const drawn = all.slice(-MOST).map(({ name, points }) => ({
        name,
        points: points.map(({ timestamp, value }) => ({ timestamp, value })),
      }));
      this.#kept.value = { ...this.#kept.value, [this.#symbol]: drawn };
    });
  }
}
