/** Where a rule such as `5.1` can be read. */
export function ruleAddress(rule: string): string {
  return `/rules/${rule.split(".")[0]}#rule-${rule}`;
}
