/** The rule sets that there are. */
import type { Parameters } from "$api";

type RuleSet = Parameters<"/operator/v1/rules/dry-run">["to"];

export const RULE_SETS = ["2025", "2026-06"] as const satisfies readonly RuleSet[];

type Missing = Exclude<RuleSet, (typeof RULE_SETS)[number]>;
/** The compiler finds one that the venue has and the list has not. */
export const isComplete: [Missing] extends [never] ? true : Missing = true;
