import { realpathSync } from "node:fs";
import type { Rolldown } from "vite";

type Graph = Rolldown.ChunkingContext;

/** What is loaded first: the frame of all pages, then the page that must appear soonest. */
const FIRST = { frame: "src/main.ts", shared: "src/routes/trade/Trade.svelte" };

/**
 * Names the file for a module that several pages need: one file for those that the frame needs too, one for the others
 * that the trade page needs. Left alone, each set of pages gets a file for what just they share, and the trade page
 * loads a dozen; with all that is shared in one file it loads what only other pages need.
 */
export function firstFiles(): (id: string, graph: Graph) => string | null {
  let files: Map<string, string> | undefined;
  return (id, graph) => {
    files ??= filesOf(graph);
    return files.get(id) ?? null;
  };
}

function filesOf(graph: Graph): Map<string, string> {
  const found = new Map<string, string>();
  for (const [file, source] of Object.entries(FIRST)) {
    const root = realpathSync(new URL(source, import.meta.url));
    for (const id of importedFrom(root, graph)) if (!found.has(id)) found.set(id, file);
  }
  return found;
}

/** Finds what a module imports at once, and what that imports, itself not counted. */
function importedFrom(root: string, graph: Graph): Set<string> {
  if (!graph.getModuleInfo(root)) throw new Error(`the build has no module ${root}`);
  const found = new Set<string>();
  const waiting = [root];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const next of graph.getModuleInfo(id)?.importedIds ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(next);
    }
  }
  return found;
}
