/** What all parts of the desk share: which account is traded with, how it stands, and choices that a browser keeps. */
import { onMount, untrack } from "svelte";
import { Account } from "$lib/account.svelte";
import { CROSS, SPOT, isolated, type AccountKind, type Place } from "$lib/place";
import { session } from "$lib/session.svelte";
import { Stored } from "$lib/stored.svelte";
import { pair } from "../pair.svelte";

export interface Habits {
  /** Orders are shown once more before they are sent. */
  isConfirming: boolean;
  /** Keys such as B and S work. */
  isByKey: boolean;
}

class Desk {
  readonly account = new Account();
  readonly habits = new Stored<Habits>("desk.habits", { isConfirming: true, isByKey: false });
  #kind = new Stored<AccountKind>("desk.account", "cross");
  #guests = 0;
  #end = () => {};

  /** The accounts that the pair may be traded with. */
  readonly kinds = $derived.by(() => {
    const kinds: AccountKind[] = ["spot"];
    if (pair.facts?.isCross) kinds.push("cross");
    if (pair.facts?.isIsolated) kinds.push("isolated");
    return kinds;
  });
  /** The one chosen, if the pair may be traded with it. */
  readonly kind: AccountKind = $derived(this.kinds.includes(this.#kind.value) ? this.#kind.value : "spot");
  readonly place: Place = $derived(
    this.kind === "isolated" ? isolated(pair.facts?.symbol ?? "") : this.kind === "cross" ? CROSS : SPOT,
  );

  choose(kind: AccountKind): void {
    this.#kind.value = kind;
  }

  /** Follows the account as long as a part of the desk is on the page. */
  enter(): () => void {
    if (this.#guests++ === 0) {
      this.#end = $effect.root(() => {
        $effect(() => {
          const symbol = pair.facts?.symbol;
          if (!session.isSignedIn || !symbol) return;
          const place = this.place;
          return untrack(() => this.account.follow(place, symbol));
        });
      });
    }
    return () => {
      if (--this.#guests === 0) this.#end();
    };
  }
}

export const desk = new Desk();

/** Has a component be a part of the desk. */
export function useDesk(): Desk {
  onMount(() => desk.enter());
  return desk;
}
