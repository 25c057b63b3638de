import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PACKAGE = /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/** Writes the licences of all packages whose code is in the bundle beside it, as `THIRD_PARTY.txt`. */
export function licences(): Plugin {
  const folders = new Set<string>();
  return {
    name: "licences",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        for (const id of chunk.moduleIds) {
          const folder = PACKAGE.exec(id.replace(/^\0/, ""))?.[1];
          if (folder) folders.add(folder);
        }
      }
      const source = [...folders].sort().map(describe).join("\n\n");
      this.emitFile({ type: "asset", fileName: "THIRD_PARTY.txt", source });
    },
  };
}

function describe(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf-8"));
  const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  const text = name && existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf-8").trim() : "";
  return `${about.name} ${about.version} (${about.license})\n\n${text}`;
}
