/** What an order would do, asked of the venue a moment after the last change; older questions are ended. */
import { Down, post, type Answer } from "$api";
import { explain } from "$lib/refusals";

export type OrderPreview = Answer<"/account/v1/order-preview", "post">;
export type Question = Record<string, string | number | boolean | undefined>;

const PAUSE_MS = 350;

export class Preview {
  value = $state.raw<OrderPreview | null>(null);
  fault = $state("");
  /** What is shown does not answer what was asked last. */
  isLoading = $state(false);
  /** The question that what is shown answers. */
  #answered = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | undefined;
  #ask: (question: Question, signal: AbortSignal) => Promise<OrderPreview>;

  constructor(
    ask = (question: Question, signal: AbortSignal): Promise<OrderPreview> =>
      post("/account/v1/order-preview", question as never, { signal, isQuestion: true }),
  ) {
    this.#ask = ask;
  }

  /** Asks soon; null asks nothing and shows nothing. */
  ask(question: Question | null): void {
    this.end();
    if (question === null) {
      this.value = null;
      this.fault = this.#answered = "";
      return;
    }
    this.isLoading = JSON.stringify(question) !== this.#answered;
    this.#timer = setTimeout(() => void this.#send(question), PAUSE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.isLoading = false;
  }

  async #send(question: Question): Promise<void> {
    const { signal } = (this.#abort = new AbortController());
    try {
      const value = await this.#ask(question, signal);
      if (signal.aborted) return;
      this.value = value;
      this.fault = "";
      this.#answered = JSON.stringify(question);
    } catch (fault) {
      // A venue that is down is told once, above the page: what was shown before stays, and looks old if it is.
      if (signal.aborted || fault instanceof Down) return;
      this.value = null;
      this.#answered = "";
      this.fault = explain(fault).text;
    }
    this.isLoading = false;
  }
}
