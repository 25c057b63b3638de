/** The Markdown that the rule book is written in, as the parts of a page. */
import { lexer, type Token, type Tokens } from "marked";

export type { Token, Tokens };

/** Lines for those who look into the code. */
const FOR_READERS_OF_CODE = /^(Code|Examples?):.*$/gm;
const CHAPTER = /^(?:\.\/)?(\d\d)-[\w-]+\.md(#.*)?$/;
const RULE = /^(\d+\.\d+) (.*)$/;

export const blocksOf = (text: string): Token[] => lexer(text.replace(FOR_READERS_OF_CODE, ""));

/** Returns the words of a heading and the number of the rule that it begins, empty where it begins none. */
export function headingOf({ text }: Tokens.Heading): { rule: string; words: string } {
  const [, rule = "", words = text] = RULE.exec(text) ?? [];
  return { rule, words };
}

/** Returns where a link leads within the app; empty for other documents than chapters, which are no pages of the venue. */
export function addressOf(href: string): string {
  const chapter = CHAPTER.exec(href);
  return chapter ? `/rules/${Number(chapter[1])}` : "";
}
