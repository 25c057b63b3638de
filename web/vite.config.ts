/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { firstFile } from "./chunks.ts";
import { licences } from "./licences.ts";
import { tight } from "./tight.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Where `npm run dev` finds a venue; its pages ask it through this server, so that all is of one origin. */
const VENUE = process.env.LEVERLINE_VENUE ?? "http://127.0.0.1:8780";
const INTERFACE = /^\/(api|sapi|account\/v1|operator\/v1|public\/v1|sandbox\/v1|openapi\.json|healthz|readyz)(\/|$|\?)/;

const TESTS = "tests/**/*.test.ts";
const MOCKED = "tests/**/*.mocked*.test.ts";

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), licences(), tight()],
  resolve: {
    alias: { $lib: here("src/lib"), $api: here("src/api/client.ts") },
    conditions: mode === "test" ? ["browser"] : undefined,
  },
  build: {
    outDir: process.env.LEVERLINE_WEB_DIST ?? here("../src/leverline/web/dist"),
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // One stylesheet for all: compressed it is smaller than the requests for its parts.
    cssCodeSplit: false,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: firstFile("index") }] } },
      // It would put what two pages share into one of them, at the price of a file more for the first one.
      experimental: { chunkOptimization: false },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      [INTERFACE.source]: { target: VENUE },
      "^/(stream|ws|ws-api)": { target: VENUE, ws: true },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["tests/setup.ts"],
    pool: "threads",
    unstubGlobals: true,
    restoreMocks: true,
    testTimeout: 60_000,
    // One page for all tests: making a new one for each file takes longer than the tests. Those that put something in
    // the place of a module have one each, or they would find each other's.
    projects: [
      { extends: true, test: { name: "plain", isolate: false, include: [TESTS], exclude: [MOCKED] } },
      { extends: true, test: { name: "mocked", isolate: true, include: [MOCKED] } },
    ],
  },
}));
