/** The change that an operator is putting together; it stays while he looks at other pages. */
import { SvelteMap } from "svelte/reactivity";
import { isSame, type Figure, type Value } from "./figures";

export interface Change {
  figure: Figure;
  /** As it goes over the wire. */
  value: Value;
}

class Draft {
  readonly changes = new SvelteMap<string, Change>();

  /** Keeps what a figure is to be; nothing if it is that already. */
  put(figure: Figure, value: Value): void {
    if (isSame(figure.value, value)) this.changes.delete(figure.path);
    else this.changes.set(figure.path, { figure, value });
  }

  /** What is sent. */
  get sent(): { path: string; value: Value }[] {
    return [...this.changes.values()].map(({ figure, value }) => ({ path: figure.path, value }));
  }

  get rows(): { path: string; old: Value; new: Value; columns?: Figure["columns"] }[] {
    return [...this.changes.values()].map(({ figure, value }) => ({
      path: figure.path,
      old: figure.value,
      new: value,
      columns: figure.columns,
    }));
  }
}

export const draft = new Draft();
