import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin } from "vite";

/** The frame of all pages, and the page that most people see first. */
const FIRST = /[\\/]src[\\/](main\.ts|routes[\\/]trade[\\/]Trade\.svelte)$/;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

/**
 * Writes the files of a first load as Brotli beside them, as `….br`: a sixth smaller than gzip, which the venue makes
 * itself. Only those: each is in the wheel twice.
 */
export function tight(): Plugin {
  return {
    name: "tight",
    apply: "build",
    writeBundle({ dir }, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        const isFirst = file.type === "chunk" ? file.moduleIds.some((id) => FIRST.test(id)) : name.endsWith(".css");
        if (!isFirst || !dir) continue;
        const path = join(dir, name);
        writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path), BROTLI));
      }
    },
  };
}
