/** Going to an address that is only known at run time: a page's path with its query. */
import { navigate } from "../routes";

export function goTo(address: string, options: { replace?: boolean } = {}): void {
  const { pathname, searchParams, hash } = new URL(address, location.origin);
  void navigate(pathname as "/", { search: Object.fromEntries(searchParams), hash, ...options });
}
