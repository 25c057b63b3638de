/** A form's life: what is wrong stands next to its field, what was typed stays, and nothing is sent twice. */
import { explain } from "./refusals";

export type Faults = Record<string, string>;

/** What a field is called where it is the only one of its kind. */
const OTHER_NAMES: Record<string, string> = {
  newPassword: "password",
  oldPassword: "password",
  amount: "quantity",
  stopPrice: "exit",
};

export class Form {
  /** What is wrong, by the name of the field. */
  faults = $state<Faults>({});
  /** What is wrong with no field in particular. */
  fault = $state("");
  isSending = $state(false);
  isDone = $state(false);

  /**
   * Checks with `check`, and sends if nothing is wrong. Sent again before the answer is there, it does nothing.
   *
   * Returns whether it was done; a refusal is shown and is no exception.
   */
  async submit(check: () => Faults, sent: () => Promise<void>): Promise<boolean> {
    if (this.isSending) return false;
    this.clear();
    this.faults = check();
    if (Object.keys(this.faults).length > 0) return false;
    this.isSending = true;
    try {
      await sent();
      this.isDone = true;
      return true;
    } catch (fault) {
      this.show(fault);
      return false;
    } finally {
      this.isSending = false;
    }
  }

  /** Shows why something was refused, next to the field that it is about. */
  show(fault: unknown): void {
    const { text, field: about } = explain(fault);
    const field = [about, OTHER_NAMES[about] ?? ""].find((each) => this.fields.has(each));
    if (field) this.faults = { ...this.faults, [field]: text };
    else this.fault = text;
  }

  /** A field is being mended: what was wrong with it is no longer said. */
  touched(name: string): void {
    if (!(name in this.faults)) return;
    const { [name]: _, ...others } = this.faults;
    this.faults = others;
  }

  clear(): void {
    this.faults = {};
    this.fault = "";
    this.isDone = false;
  }

  /** The fields on the page, told by each as it appears. */
  readonly fields = new Set<string>();
}

/** Returns the faults of fields that are needed and empty. */
export function needed(values: Record<string, string>, says = "This is needed."): Faults {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value.trim() === "")
      .map(([name]) => [name, says]),
  );
}
