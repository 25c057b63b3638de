/** The name of a browser and its system, from what it says of itself. */
const BROWSERS: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

export function browserName(agent: string): string {
  const find = (among: [RegExp, string][]) => among.find(([pattern]) => pattern.test(agent))?.[1] ?? "";
  const found = [find(BROWSERS), find(SYSTEMS)].filter(Boolean).join(" on ");
  return found || agent.slice(0, 40) || "Unknown";
}
