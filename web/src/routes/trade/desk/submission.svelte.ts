/** The way of a drafted order to the venue: checked, warned of, shown once more, sent once. */
import { Down } from "$api";
import type { Faults, Form } from "$lib/form.svelte";
import { number, words } from "$lib/format";
import { accountType, isMargin, type Place } from "$lib/place";
import { session } from "$lib/session.svelte";
import { tellDone } from "$lib/toasts.svelte";
import type { PairFacts } from "../pair.svelte";
import { desk } from "./desk.svelte";
import type { OrderDraft } from "./order_draft.svelte";
import { borrows } from "./order_kinds";
import { orderName } from "./order_name";
import type { Question } from "./preview.svelte";
import { send } from "./sending";

export class Submission {
  /** The confirmation is open. */
  isAsking = $state(false);
  /** The warning before the first loan is open. */
  isWarning = $state(false);
  #form: Form;
  #draft: OrderDraft;
  /** Kept while it is unknown whether an order arrived: sent again under the same name it is refused as a double. */
  #clientId = "";

  constructor(form: Form, draft: OrderDraft) {
    this.#form = form;
    this.#draft = draft;
  }

  /** What the preview is asked; of a list its first order. */
  question(facts: PairFacts, place: Place): Question {
    return { accountType: accountType(place), ...this.#draft.parameters(facts.symbol, place) };
  }

  async submit(check: () => Faults, facts: PairFacts, place: Place, isConfirming: boolean): Promise<void> {
    if (this.#form.isSending) return;
    this.#form.clear();
    this.#form.faults = check();
    if (Object.keys(this.#form.faults).length > 0) return;
    if (isMargin(place) && borrows(this.#draft.effect) && session.standing?.loan.missing.includes("loan-risk")) {
      this.isWarning = true;
      return;
    }
    if (isConfirming) this.isAsking = true;
    else await this.send(check, facts, place);
  }

  async send(check: () => Faults, facts: PairFacts, place: Place): Promise<void> {
    if (this.#form.isSending) return;
    this.#clientId ||= orderName();
    let status = "";
    const isDone = await this.#form.submit(check, async () => {
      try {
        ({ status } = await send(this.#draft, facts.symbol, place, this.#clientId));
      } catch (fault) {
        if (!(fault instanceof Down)) this.#clientId = "";
        throw fault;
      }
    });
    this.isAsking = false;
    if (!isDone) return;
    this.#clientId = "";
    this.#tell(facts, status);
    this.#draft.empty();
    desk.account.refreshSoon();
  }

  #tell(facts: PairFacts, status: string): void {
    if (status === "FILLED") return;
    const side = this.#draft.isBuy ? "Buy" : "Sell";
    const state = status === "EXPIRED" ? "expired: nothing was there to trade with" : words(status).toLowerCase();
    tellDone(`${side} order for ${number(this.#draft.quantity)} ${facts.base}: ${state}.`);
  }
}
