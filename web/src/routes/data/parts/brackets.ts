/** Debt brackets of Pro, a row each. */
import type { Answer } from "$api";
import type { Decimal } from "$lib/decimal";

type Group = Answer<"/public/v1/pro-brackets">[number];

export type BracketRow = Group["brackets"][number] & { asset: string; bracket: number; from: Decimal };

/** Spreads the venue's groups over their assets; a bracket begins where the one before it ends. */
export function bracketRows(groups: Group[]): BracketRow[] {
  return groups
    .flatMap((group) => group.assets.map((asset) => ({ asset, group })))
    .sort((a, b) => a.asset.localeCompare(b.asset))
    .flatMap(({ asset, group }) =>
      group.brackets.map((each, index) => ({
        ...each,
        asset,
        bracket: index + 1,
        from: index === 0 ? "0" : group.brackets[index - 1]!.debtLimit,
      })),
    );
}
