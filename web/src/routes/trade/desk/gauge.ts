/** Where a margin level stands on the gauge: each band of the account has the same width, however wide its levels. */
import { pixelValue } from "$lib/decimal";
import type { Standing } from "$lib/account.svelte";

export interface Zone {
  tone: "down" | "warn" | "mid" | "up";
  /** The level at which it ends; empty for the last one. */
  until: string;
  words: string;
}

/** Returns the bands of an account from the worst to the best; a level on a threshold is in the worse one. */
export function zonesOf(bands: Standing["bands"]): Zone[] {
  const zones: Zone[] = [
    { tone: "down", until: bands.liquidation, words: "Liquidation" },
    { tone: "warn", until: bands.marginCall, words: "Margin call" },
  ];
  if (bands.borrow !== null && pixelValue(bands.borrow) < pixelValue(bands.transferOut))
    zones.push({ tone: "mid", until: bands.borrow, words: "No new loans" });
  zones.push({ tone: "mid", until: bands.transferOut, words: "No transfers out" });
  zones.push({ tone: "up", until: "", words: "Safe" });
  return zones;
}

/** Returns where a level stands, from 0 to 1. */
export function placeOf(level: string, zones: Zone[]): number {
  const value = pixelValue(level);
  let floor = zones[0]!.until ? 2 * pixelValue(zones[0]!.until) - pixelValue(zones[1]!.until) - 0.05 : 0;
  for (const [at, zone] of zones.entries()) {
    const ceiling = zone.until ? pixelValue(zone.until) : 2 * floor;
    if (value <= ceiling || !zone.until) {
      const share = ceiling > floor ? (value - floor) / (ceiling - floor) : 1;
      return (at + Math.min(1, Math.max(0, share))) / zones.length;
    }
    floor = ceiling;
  }
  return 1;
}

/** Returns the point of a half circle at a share of its way from left to right. */
export function pointAt(share: number, radius: number, centre: number): [number, number] {
  const angle = Math.PI * (1 - share);
  return [centre + radius * Math.cos(angle), centre - radius * Math.sin(angle)];
}

/** Returns the path of a part of a half circle. */
export function arc(from: number, to: number, radius: number, centre: number): string {
  const round = (point: [number, number]) => point.map((each) => each.toFixed(2)).join(" ");
  return `M ${round(pointAt(from, radius, centre))} A ${radius} ${radius} 0 0 1 ${round(pointAt(to, radius, centre))}`;
}
