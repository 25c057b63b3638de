import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { render } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { ruleAddress } from "$lib/rulebook/address";
import Blocks from "$lib/rulebook/Blocks.svelte";
import { addressOf, blocksOf } from "$lib/rulebook/markdown";

const BOOK = resolve("..", "docs", "rulebook");
const CHAPTERS = readdirSync(BOOK).filter((name) => /^\d\d-/.test(name));

/** The page of a text, without what Svelte marks it with. */
function pageOf(text: string, wanted = "") {
  const { container } = render(Blocks, { tokens: blocksOf(text), wanted });
  return container;
}
const spaced = (element: Element | null) => element?.textContent?.replace(/\s+/g, " ").trim();

test("a rule is found under its number", () => {
  expect(ruleAddress("11.4")).toBe("/rules/11#rule-11.4");
  const page = pageOf("### 11.4 Clearance fee", "11.4");
  expect(page.querySelector("#rule-11\\.4")?.classList).toContain("wanted");
});

test("headings, formulas, lists and paragraphs are told apart, and what is for readers of the code is left out", () => {
  const page = pageOf(
    "### 5.1 Levels\n\nWhat it *is*.\n\n    level = A ÷ L\n\n- **One**: a\n  b\n- two\n\n1. first\n2. second\n   line\n\nCode: `x.y`\nExample: `E1`",
  );
  expect(spaced(page.querySelector("h2"))).toBe("5.1 Levels");
  expect(spaced(page.querySelector("p"))).toBe("What it is.");
  expect(page.querySelector("pre")?.textContent).toBe("level = A ÷ L");
  expect([...page.querySelectorAll("ul > li")].map(spaced)).toEqual(["One: a b", "two"]);
  expect([...page.querySelectorAll("ol > li")].map(spaced)).toEqual(["first", "second line"]);
  expect(page.querySelector("li strong")?.textContent).toBe("One");
  expect(page.textContent).not.toMatch(/Code:|Example:/);
});

test("chapters are linked, other documents are only named", () => {
  expect(addressOf("13-controls.md")).toBe("/rules/13");
  const page = pageOf("see [rule 13](13-controls.md) and [ours](../adr/1.md)");
  expect(spaced(page)).toBe("see rule 13 and ours");
  expect([...page.querySelectorAll("a")].map((each) => each.getAttribute("href"))).toEqual(["/rules/13"]);
});

test.each(CHAPTERS)("of %s nothing is left unread", (name) => {
  const text = readFileSync(resolve(BOOK, name), "utf8");
  const page = pageOf(text);
  expect(page.textContent).not.toMatch(/\*\*|\]\(|^[-*] |^\d\. /m);
  const rules = [...text.matchAll(/^### (\d+\.\d+) /gm)].map((each) => `rule-${each[1]}`);
  expect(page.querySelectorAll("p, li").length).toBeGreaterThan(2);
  expect([...page.querySelectorAll("h2[id]")].map((each) => each.id)).toEqual(rules);
});
