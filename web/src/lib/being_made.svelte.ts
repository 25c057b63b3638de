/** A document that the venue makes when it is first asked for, which takes some seconds. */
import { Refusal } from "$api";
import { resource, type Resource } from "./resource.svelte";

const BEING_MADE = -1008;
const AGAIN_MS = 2_000;

/** Returns a resource of a component that is null while its document is being made; it is asked for until it is there. */
export function beingMade<T>(load: (signal: AbortSignal) => Promise<T>): Resource<T | null> {
  const found = resource(async (signal): Promise<T | null> => {
    try {
      return await load(signal);
    } catch (fault) {
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
