import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { ruleAddress } from "$lib/rulebook/address";
import { blocksOf, inlinesOf } from "$lib/rulebook/markdown";

const BOOK = resolve("..", "docs", "rulebook");
const CHAPTERS = readdirSync(BOOK).filter((name) => /^\d\d-/.test(name));

test("a rule is found under its number", () => {
  expect(ruleAddress("11.4")).toBe("/rules/11#rule-11.4");
});

test("headings, formulas, lists and paragraphs are told apart", () => {
  const text =
    "### 5.1 Levels\n\nWhat it *is*.\n\n    level = A ÷ L\n\n- **One**: a\n  b\n- two\n\nCode: `x.y`\nExample: `E1`";
  expect(blocksOf(text)).toEqual([
    { kind: "heading", rule: "5.1", text: "Levels" },
    { kind: "text", parts: [{ kind: "plain", text: "What it *is*." }] },
    { kind: "formula", text: "level = A ÷ L" },
    {
      kind: "list",
      items: [
        [
          { kind: "strong", text: "One" },
          { kind: "plain", text: ": a b" },
        ],
        [{ kind: "plain", text: "two" }],
      ],
    },
  ]);
});

test("chapters are linked, other documents are only named", () => {
  expect(inlinesOf("see [rule 13](13-controls.md) and [ours](../adr/1.md)")).toEqual([
    { kind: "plain", text: "see " },
    { kind: "link", text: "rule 13", href: "/rules/13" },
    { kind: "plain", text: " and " },
    { kind: "plain", text: "ours" },
  ]);
});

test.each(CHAPTERS)("of %s nothing is left unread", (name) => {
  const blocks = blocksOf(readFileSync(resolve(BOOK, name), "utf8"));
  const shown = JSON.stringify(blocks);
  expect(blocks.length).toBeGreaterThan(2);
  expect(shown).not.toContain("**");
  expect(shown).not.toMatch(/\]\([^)]*\.md/);
});
