/**
 * Pages whose file could not be fetched, because the venue is down, or came back in another version whose files have
 * other names: where one wanted to go is gone to once the venue answers.
 */
import { venue } from "$lib/venue.svelte";

const NOT_FETCHED = /dynamically imported module|importing a module script failed/i;

/** Watches until what it returns is called. */
export function watchPages(): () => void {
  let wanted = "";
  let isMissing = false;

  const clicked = (event: MouseEvent) => {
    wanted = (event.target as Element).closest<HTMLAnchorElement>("a[href]")?.href ?? wanted;
  };
  const failed = (event: PromiseRejectionEvent) => {
    if (!NOT_FETCHED.test(String(event.reason))) return;
    event.preventDefault();
    isMissing = true;
    venue.lost();
  };
  const goOn = () => {
    if (isMissing) location.assign(wanted || location.href);
  };

  addEventListener("click", clicked, true);
  addEventListener("unhandledrejection", failed);
  const end = venue.onBack(goOn);
  return () => {
    removeEventListener("click", clicked, true);
    removeEventListener("unhandledrejection", failed);
    end();
  };
}
