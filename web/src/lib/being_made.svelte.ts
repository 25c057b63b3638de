/** A document that the venue makes when it is first asked for, which takes some seconds. */
import { Refusal } from "$api";
import { resource, type Resource } from "./resource.svelte";

const BEING_MADE = -1008;
const AGAIN_MS = 1_000;

/**
 * Returns a resource of a component that is null while its document is being made: whether it is made is asked for
 * until it is, and then the document.
 */
export function beingMade<T>(
  isMade: (signal: AbortSignal) => Promise<{ isMade: boolean }>,
  load: (signal: AbortSignal) => Promise<T>,
): Resource<T | null> {
  const found = resource(async (signal): Promise<T | null> => {
    if (!(await isMade(signal)).isMade) return null;
    try {
      return await load(signal);
    } catch (fault) {
      // Of a liquidation that goes on, it can be made anew in between.
      if (fault instanceof Refusal && fault.code === BEING_MADE) return null;
      throw fault;
    }
  });
  $effect(() => {
    if (found.value !== null) return;
    const timer = setInterval(() => void (document.hidden || found.isLoading || found.refresh()), AGAIN_MS);
    return () => clearInterval(timer);
  });
  return found;
}
