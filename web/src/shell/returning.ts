/** Where one goes back to after signing in. */
export function signInAddress(): string {
  const here = location.pathname + location.search;
  return here === "/" || here.startsWith("/account/sign-in")
    ? "/account/sign-in"
    : `/account/sign-in?next=${encodeURIComponent(here)}`;
}

/** Returns the address within this venue that a query names; no other place is gone to. */
export function nextAddress(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : "/trade";
}
