/** Something that an operator does: what it is in a sentence, and how it is sent with its reason. */
import type { Snippet } from "svelte";
import type { Faults } from "$lib/form.svelte";

export interface Act {
  title: string;
  /** What it does, and what it does not, in a sentence. */
  about: string;
  /** The words of the button. */
  label: string;
  /** What is told when it is done. */
  done: string;
  send: (reason: string) => Promise<unknown>;
  kind?: "main" | "danger";
  /** A word to be typed before anything happens: for what hurts many. */
  word?: string;
  /** Whether it may be done without saying why. */
  isReasonOptional?: boolean;
  /** Further fields, above the reason. */
  fields?: Snippet;
  /** What is wrong with them. */
  check?: () => Faults;
}
