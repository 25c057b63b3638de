/** Tokens of the venue's mails. */

/** Returns the token of a mail, which is its last word where there is one; empty for a mail without. */
export function tokenOf(text: string): string {
  return /token/.test(text) ? (text.trim().split(/\s+/).at(-1) ?? "") : "";
}

/** Returns the token that this page was opened with and takes it out of the address: it is no use to anybody after. */
export function tokenOfPage(): string {
  const token = new URLSearchParams(location.search).get("token") ?? "";
  if (token) history.replaceState(history.state, "", location.pathname);
  return token;
}
