/**
 * Pages whose file could not be fetched, because the venue is down, or came back in another version whose files have
 * other names: where one wanted to go is gone to once the venue answers.
 */
import { venue } from "$lib/venue.svelte";
import { route } from "../routes";

const NOT_FETCHED = /dynamically imported module|importing a module script failed/i;
const TO_A_PAGE = "a[href]:not([target], [download], [href^='#'])";

/** Watches until what it returns is called; to be called in an effect. */
export function watchPages(): () => void {
  /** The link that was followed last and whose page is not there yet. */
  let wanted = "";
  let isMissing = false;
  /** Something was typed in the page since it came up, and leaving it was not asked for after that. */
  let isTyped = false;

  const clicked = (event: MouseEvent) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>(TO_A_PAGE);
    if (!link || !isPlain(event)) return;
    wanted = link.href;
    isTyped = false;
  };
  const typed = () => {
    isTyped = true;
  };
  const failed = (event: PromiseRejectionEvent) => {
    if (!NOT_FETCHED.test(String(event.reason))) return;
    event.preventDefault();
    isMissing = true;
    venue.lost();
  };
  const goOn = () => {
    const isGoing = isMissing && !isTyped;
    isMissing = false;
    if (!isGoing) return;
    // An address that differs in nothing, or only behind its `#`, would not be loaded anew.
    if (wanted && wanted !== location.href) location.assign(wanted);
    else location.reload();
  };

  $effect(() => {
    // The page that was wanted is there.
    void [route.pathname, route.search, route.hash];
    wanted = "";
    isMissing = isTyped = false;
  });
  addEventListener("click", clicked, true);
  addEventListener("input", typed, true);
  addEventListener("unhandledrejection", failed);
  const end = venue.onBack(goOn);
  return () => {
    removeEventListener("click", clicked, true);
    removeEventListener("input", typed, true);
    removeEventListener("unhandledrejection", failed);
    end();
  };
}

/** Whether a click follows a link in this tab. */
const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
