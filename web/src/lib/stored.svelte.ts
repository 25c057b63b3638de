/** State that a browser keeps: choices of layout and theme, never money and never a secret. */
const PREFIX = "leverline.";

export class Stored<T> {
  #name: string;
  #value: T;
  #changed = $state(0);
  /** Counted beside the state: an effect that sets a value must not depend on it. */
  #count = 0;

  constructor(name: string, initial: T) {
    this.#name = PREFIX + name;
    this.#value = read(this.#name, initial);
  }

  get value(): T {
    void this.#changed;
    return this.#value;
  }

  set value(next: T) {
    this.#value = next;
    this.#changed = ++this.#count;
    try {
      localStorage.setItem(this.#name, JSON.stringify(next));
    } catch {
      // A browser that keeps nothing shows the choice until the page is left.
    }
  }
}

function read<T>(name: string, initial: T): T {
  try {
    const text = localStorage.getItem(name);
    if (text === null) return initial;
    const found = JSON.parse(text) as T;
    return typeof found === typeof initial ? found : initial;
  } catch {
    return initial;
  }
}
