/** The little Markdown that the rule book is written in, taken apart: headings, paragraphs, lists, formulas, tables. */

export type Inline = { kind: "plain" | "strong" | "code"; text: string } | { kind: "link"; text: string; href: string };
export type Block =
  | { kind: "heading"; rule: string; text: string }
  | { kind: "formula"; text: string }
  | { kind: "text"; parts: Inline[] }
  | { kind: "list"; items: Inline[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] };

/** Lines for those who look into the code. */
const FOR_READERS_OF_CODE = /^(Code|Examples?):/;
const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)/g;
const CHAPTER = /^(?:\.\/)?(\d\d)-[\w-]+\.md(#.*)?$/;

export function blocksOf(text: string): Block[] {
  return text
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== "")
    .flatMap(blockOf);
}

function blockOf(part: string): Block[] {
  const lines = part.split("\n");
  if (lines.every((line) => line.startsWith("    ") || line === "")) {
    return [{ kind: "formula", text: lines.map((line) => line.slice(4)).join("\n") }];
  }
  const heading = /^#+ (?:(\d+\.\d+) )?(.*)$/.exec(lines[0]!);
  if (heading) return [{ kind: "heading", rule: heading[1] ?? "", text: heading[2]! }, ...rest(lines.slice(1))];
  if (lines[0]!.startsWith("|")) return [tableOf(lines)];
  if (/^[-*] /.test(lines[0]!)) return [{ kind: "list", items: itemsOf(lines).map(inlinesOf) }];
  const told = lines.filter((line) => !FOR_READERS_OF_CODE.test(line));
  return told.length ? [{ kind: "text", parts: inlinesOf(told.join(" ")) }] : [];
}

const rest = (lines: string[]): Block[] => (lines.length ? blockOf(lines.join("\n")) : []);

function itemsOf(lines: string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (/^[-*] /.test(line)) items.push(line.slice(2));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return items;
}

function tableOf(lines: string[]): Block {
  const [head = [], , ...rows] = lines.map((line) =>
    line
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => inlinesOf(cell.trim())),
  );
  return { kind: "table", head, rows };
}

export function inlinesOf(text: string): Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > at) parts.push({ kind: "plain", text: text.slice(at, found.index) });
    parts.push(inlineOf(found));
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push({ kind: "plain", text: text.slice(at) });
  return parts;
}

/** Other documents than chapters are no pages of the venue: they are named and not linked. */
function inlineOf([, strong, code, text = "", target = ""]: RegExpMatchArray): Inline {
  if (strong !== undefined) return { kind: "strong", text: strong };
  if (code !== undefined) return { kind: "code", text: code };
  const chapter = CHAPTER.exec(target);
  return chapter ? { kind: "link", text, href: `/rules/${Number(chapter[1])}` } : { kind: "plain", text };
}
