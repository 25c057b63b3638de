/** What may be looked for in the audit log. */
import type { Parameters } from "$api";
import type { Faults } from "$lib/form.svelte";
import { faultIf, readNumber } from "../parts/checks";
import { momentFault, readEnd, readMoment } from "../parts/times";

type Asked = Parameters<"/operator/v1/audit">;
type Act = NonNullable<Asked["act"]>;

/** Every act; the compiler finds one that the venue has and the list has not. */
export const ACTS = [
  "ANNOUNCE_DELISTING",
  "APPOINT",
  "APPROVE_PARAMETERS",
  "APPROVE_VERIFICATION",
  "APPROVE_WITHDRAWAL",
  "DEPOSIT",
  "DISMISS",
  "END_ACCESS",
  "EXCLUDE_SOURCE",
  "FUND_HOUSE",
  "INCLUDE_SOURCE",
  "LIFT_BORROW_BAR",
  "LIFT_SUSPENSION",
  "PAUSE_LIQUIDATION",
  "PROPOSE_PARAMETERS",
  "READ_AUDIT",
  "READ_CASE_FILE",
  "READ_DOCUMENT",
  "READ_PARAMETERS",
  "READ_RISK",
  "READ_RULES",
  "READ_USER",
  "READ_VERIFICATION",
  "REFUSE_PARAMETERS",
  "REFUSE_VERIFICATION",
  "REFUSE_WITHDRAWAL",
  "RESOLVE_CASH",
  "RESTRICT_ASSET",
  "RESUME_BORROWING",
  "RESUME_LIQUIDATION",
  "RESUME_TRADING",
  "SET_PAIR_STATUS",
  "SET_VIP_LEVEL",
  "STOP_TRADING",
  "SUPPLY_POOL",
  "SUSPEND",
  "TAKE_OVER",
  "TOP_UP_FUND",
  "WAIVE_LIQUIDATION_LOAN",
  "WITHDRAW_DELISTING",
  "WITHDRAW_PARAMETERS",
] as const satisfies readonly Act[];

type Missing = Exclude<Act, (typeof ACTS)[number]>;
/** Nothing is missing from the list. */
export const isComplete: [Missing] extends [never] ? true : Missing = true;

/** The filters as typed; each may be empty. */
export interface Search {
  actor: string;
  subject: string;
  act: string;
  since: string;
  until: string;
}

export const EVERYTHING: Search = { actor: "", subject: "", act: "", since: "", until: "" };

export function searchFaults(typed: Search): Faults {
  const isNone = (text: string) => text.trim() !== "" && readNumber(text) === undefined;
  const [from, to] = [readMoment(typed.since), readEnd(typed.until)];
  return {
    ...faultIf(isNone(typed.actor), "actor", "Enter a user's number."),
    ...faultIf(isNone(typed.subject), "subject", "Enter a user's number."),
    ...faultIf(from !== null && to !== null && to < from, "until", "This is before the beginning."),
    ...momentFault("since", typed.since),
    ...momentFault("until", typed.until),
  };
}

/** Returns what is asked of the log. */
export const searchOf = (typed: Search): Asked => ({
  actor: readNumber(typed.actor),
  subject: readNumber(typed.subject),
  act: (typed.act || undefined) as Act | undefined,
  startTime: readMoment(typed.since) ?? undefined,
  endTime: readEnd(typed.until) ?? undefined,
});
