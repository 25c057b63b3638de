/** Links within the app: each leads to a page that there is. */
import { expect, test } from "vitest";
import { account } from "../src/routes/account/routes";
import { data } from "../src/routes/data/routes";
import { ops } from "../src/routes/ops/routes";
import routes from "../src/routes?raw";

const sources = import.meta.glob<string>("../src/**/*.{svelte,ts}", { query: "?raw", import: "default", eager: true });
/** A path of an area in quotes or as an attribute, up to its question or fragment. */
const LINK = /["'`(](\/(?:account|data|ops|trade|rules)(?:\/[^"'`?#\s)]*)?)(?=["'`?#)])/g;
const INTERFACE = /^\/account\/v1/;
const AREAS = { "/account": account, "/data": data, "/ops": ops };
const PAGES = [
  ...[...routes.matchAll(/"(\/[^"]*)":/g)].map((found) => found[1]!),
  ...Object.entries(AREAS).flatMap(([area, routes]) =>
    Object.keys(routes)
      .filter((path) => path.startsWith("/"))
      .map((path) => (area + path).replace(/\/$/, "")),
  ),
];

/** Whether a link's words may be those of a page; what is put in at run time may be any word. */
function leads(link: string, page: string): boolean {
  const [words, wanted] = [link.split("/"), page.split("/")];
  return (
    words.length === wanted.length &&
    words.every((word, at) => word === wanted[at] || word.includes("*") || wanted[at]!.startsWith(":"))
  );
}

/** Returns the links of a source, what is put in at run time as a star. */
function linksOf(source: string): string[] {
  const fixed = source.replace(/\$?\{[^{}]*\}/g, "*");
  return [...fixed.matchAll(LINK)].map((found) => found[1]!.replace(/\/$/, ""));
}

test("each link within the app leads to a page", () => {
  const links = Object.entries(sources)
    .filter(([file]) => !file.includes("/api/"))
    .flatMap(([file, source]) => linksOf(source).map((link) => `${link} in ${file}`))
    .filter((each) => !INTERFACE.test(each));
  expect(links.length).toBeGreaterThan(80);
  expect(links.filter((each) => !PAGES.some((page) => leads(each.split(" in ")[0]!, page)))).toEqual([]);
});
