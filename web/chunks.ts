import { realpathSync } from "node:fs";
import type { Rolldown } from "vite";

type Graph = Rolldown.ChunkingContext;

const MAIN = module("src/main.ts");
/** The page that most people see first. */
const FIRST_PAGE = module("src/routes/trade/Trade.svelte");

/**
 * Puts into the first file what the frame of all pages needs, and what the first page shares with any other. Left
 * alone, each set of pages gets a file for what just they share, and the first page loads a dozen; with all that is
 * shared in one file it loads what only others need.
 */
export function firstFile(name: string): (id: string, graph: Graph) => string | null {
  let first: Set<string> | undefined;
  return (id, graph) => {
    first ??= firstModules(graph);
    return first.has(id) ? name : null;
  };
}

function firstModules(graph: Graph): Set<string> {
  const found = loadedWith(MAIN, graph);
  const ofPage = loadedWith(FIRST_PAGE, graph);
  for (const page of pages(graph)) {
    if (page === FIRST_PAGE) continue;
    for (const id of loadedWith(page, graph)) if (ofPage.has(id)) found.add(id);
  }
  return found;
}

/** Finds all modules that are loaded when they are needed. */
function pages(graph: Graph): Set<string> {
  const found = new Set<string>();
  collect(MAIN);
  return found;

  function collect(root: string): void {
    for (const id of loadedWith(root, graph)) {
      for (const page of graph.getModuleInfo(id)?.dynamicallyImportedIds ?? []) {
        if (found.has(page)) continue;
        found.add(page);
        collect(page);
      }
    }
  }
}

/** Finds a module with what it imports at once, and what that imports. */
function loadedWith(root: string, graph: Graph): Set<string> {
  if (!graph.getModuleInfo(root)) throw new Error(`the build has no module ${root}`);
  const found = new Set([root]);
  for (const id of found) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) found.add(next);
  return found;
}

function module(source: string): string {
  return realpathSync(new URL(source, import.meta.url));
}
