/** What may be looked for in the audit log. */
import type { Parameters } from "$api";

type Act = NonNullable<Parameters<"/operator/v1/audit">["act"]>;

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

/** Returns when a day as typed begins at this place; undefined for none. */
export function dayStart(day: string): number | undefined {
  const at = day ? new Date(`${day}T00:00`).getTime() : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
