/** A choice that stands in the address of the page, so that a link shows what one saw. */
import { searchParams } from "sv-router";

export class Linked {
  #name: string;
  #otherwise: () => string;

  /** `otherwise` is what holds where the address says nothing; it is not written there. */
  constructor(name: string, otherwise: string | (() => string)) {
    this.#name = name;
    this.#otherwise = typeof otherwise === "string" ? () => otherwise : otherwise;
  }

  get value(): string {
    const found = searchParams.get(this.#name);
    return found === null || found === "" ? this.#otherwise() : String(found);
  }

  set value(next: string) {
    if (next === this.#otherwise()) searchParams.delete(this.#name, undefined, { replace: true });
    else searchParams.set(this.#name, next, { replace: true });
  }
}
