/** Short messages that come and go. */
import { explain } from "./refusals";

export interface Toast {
  id: number;
  /** An alarm stays until it is dismissed. */
  kind: "good" | "bad" | "plain" | "alarm";
  text: string;
}

const SECONDS = 6;
let last = 0;
export const toasts = $state<{ list: Toast[] }>({ list: [] });

export function tell(text: string, kind: Toast["kind"] = "plain"): void {
  const toast = { id: ++last, kind, text };
  const alarms = toasts.list.filter((each) => each.kind === "alarm").slice(-3);
  const others = toasts.list.filter((each) => each.kind !== "alarm").slice(-3);
  toasts.list = [...alarms, ...others, toast];
  if (kind !== "alarm") setTimeout(() => dismiss(toast.id), SECONDS * 1000);
}

export const tellDone = (text: string) => tell(text, "good");
export const tellFault = (fault: unknown) => tell(explain(fault).text, "bad");

export function dismiss(id: number): void {
  toasts.list = toasts.list.filter((each) => each.id !== id);
}
