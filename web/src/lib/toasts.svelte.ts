/** Short messages that come and go. */
import { explain } from "./refusals";

export interface Toast {
  id: number;
  kind: "good" | "bad" | "plain";
  text: string;
}

const SECONDS = 6;
let last = 0;
export const toasts = $state<{ list: Toast[] }>({ list: [] });

export function tell(text: string, kind: Toast["kind"] = "plain"): void {
  const toast = { id: ++last, kind, text };
  toasts.list = [...toasts.list.slice(-3), toast];
  setTimeout(() => dismiss(toast.id), SECONDS * 1000);
}

export const tellDone = (text: string) => tell(text, "good");
export const tellFault = (fault: unknown) => tell(explain(fault).text, "bad");

export function dismiss(id: number): void {
  toasts.list = toasts.list.filter((each) => each.id !== id);
}
