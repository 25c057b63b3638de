/** The way of a drafted order to the venue: checked, warned of, shown once more, sent once. */
import { Down } from "$api";
import type { Faults, Form } from "$lib/form.svelte";
import { number, words } from "$lib/format";
import { accountType, isMargin, type Place } from "$lib/place";
import { hasArrived } from "$lib/account_orders";
import { session } from "$lib/session.svelte";
import { tellDone } from "$lib/toasts.svelte";
import type { PairFacts } from "../pair.svelte";
import { desk } from "./desk.svelte";
import type { OrderDraft } from "./order_draft.svelte";
import { borrows } from "./order_kinds";
import { orderName } from "./order_name";
import type { Question } from "./preview.svelte";
import { isList, send } from "./sending";

const ARRIVED = "ARRIVED";
const STATES: Record<string, string> = {
  EXPIRED: "expired: nothing was there to trade with",
  [ARRIVED]: "it had arrived the first time",
};

export class Submission {
  /** The confirmation is open. */
  isAsking = $state(false);
  /** The warning before the first loan is open. */
  isWarning = $state(false);
  #form: Form;
  #draft: OrderDraft;
  /** Kept while nobody knows whether an order arrived: by it the venue is asked before it is sent once more. */
  #clientId = "";
  #isUnknown = false;

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
      status = await this.#sent(facts.symbol, place);
    });
    this.isAsking = false;
    if (!isDone) return;
    this.#clientId = "";
    this.#tell(facts, status);
    this.#draft.empty();
    desk.account.refreshSoon();
  }

  /** Sends the order, unless it is the one of which no answer came and it has arrived; returns its status. */
  async #sent(symbol: string, place: Place): Promise<string> {
    if (this.#isUnknown && (await hasArrived(place, symbol, this.#clientId, isList(this.#draft)))) {
      this.#isUnknown = false;
      return ARRIVED;
    }
    try {
      const { status } = await send(this.#draft, symbol, place, this.#clientId);
      this.#isUnknown = false;
      return status;
    } catch (fault) {
      this.#isUnknown = fault instanceof Down;
      if (!this.#isUnknown) this.#clientId = "";
      throw fault;
    }
  }

  #tell(facts: PairFacts, status: string): void {
    if (status === "FILLED") return;
    const side = this.#draft.isBuy ? "Buy" : "Sell";
    const state = STATES[status] ?? words(status).toLowerCase();
    tellDone(`${side} order for ${number(this.#draft.quantity)} ${facts.base}: ${state}.`);
  }
}
