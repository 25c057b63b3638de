/** Spot and the margin products side by side, in words, with the figures of the venue's rules. */
import { number, percent } from "$lib/format";
import type { Rules } from "./products";

export interface Product {
  name: string;
  href: string;
  about: string;
  pros: string[];
  cons: string[];
}
export interface Feature {
  name: string;
  /** In the order of the products. */
  values: string[];
}

const fees = (rules: Rules) =>
  `${percent(rules.vipLevels[0]!.makerFee, 3)} maker, ${percent(rules.vipLevels[0]!.takerFee, 3)} taker at VIP 0`;
const most = (figures: number[]) => Math.max(...figures, 0);
const each = (texts: string[]) => texts.join(" · ");
const at = (rows: { leverage: number }[], figure: (row: never) => string) =>
  each(rows.map((row) => `${number(figure(row as never))} at ${row.leverage}x`));

export function products(rules: Rules): Product[] {
  const cross = most(rules.classic.map((row) => row.leverage));
  const isolated = most(rules.isolated.map((row) => row.leverage));
  const pro: Product[] = rules.pro
    ? [
        {
          name: "Cross Pro",
          href: "/data/pro",
          about: `One account, up to ${rules.pro.leverageMax}x, with a margin for each asset owed.`,
          pros: [
            `Up to ${rules.pro.leverageMax}x on small debts`,
            "Large debts ask for more margin only in their upper part",
            "Open orders are counted before they can hurt",
          ],
          cons: [
            "A small move against you is enough to be liquidated",
            `The highest clearance fee: ${percent(rules.liquidation.proFee, 1)}`,
            "A questionnaire must be passed, and the level is harder to reckon by hand",
          ],
        },
      ]
    : [];
  return [
    {
      name: "Spot",
      href: "/trade",
      about: "Trading with what one has. Nothing is borrowed.",
      pros: ["No debt, no interest, no liquidation", "Losses end with what was paid"],
      cons: ["No leverage", "Nobody can sell what he does not have: no profit from falling prices"],
    },
    {
      name: "Cross Classic",
      href: "/data/collateral",
      about: `One account for all assets, up to ${cross}x.`,
      pros: [
        "All assets of the account stand in for all its debts: gains of one position carry another",
        "One level to watch",
        `The lowest clearance fee: ${percent(rules.liquidation.classicFee, 1)}`,
      ],
      cons: ["One bad position can take everything in the account", `At most ${cross}x`],
    },
    ...pro,
    {
      name: "Isolated",
      href: "/data/isolated",
      about: `An account for each pair, up to ${isolated}x.`,
      pros: [
        "What is lost is only what lies in the account of that pair",
        `Up to ${isolated}x, by pair`,
        "The liquidation price is known exactly",
      ],
      cons: [
        "Gains elsewhere do not help: each account must be fed by itself",
        `Only the pair's two assets count; ${rules.isolatedAccountsMax} accounts at a time`,
      ],
    },
  ];
}

export function features(rules: Rules): Feature[] {
  const { pro, liquidation } = rules;
  const row = (name: string, spot: string, classic: string, ofPro: () => string, isolated: string): Feature => ({
    name,
    values: [spot, classic, ...(pro ? [ofPro()] : []), isolated],
  });
  const none = "–";
  return [
    row(
      "Leverage",
      "none",
      each(rules.classic.map((found) => `${found.leverage}x`)),
      () => `up to ${pro!.leverageMax}x`,
      each(rules.isolated.map((found) => `${found.leverage}x`)) + ", by pair",
    ),
    row(
      "What stands in for a debt",
      none,
      "all of the cross account",
      () => "all of the cross account",
      "the account of the pair",
    ),
    row(
      "Collateral counts",
      none,
      "by tiers, less for large holdings",
      () => "by tiers, less for large holdings",
      "in full, two assets only",
    ),
    row(
      "Level",
      none,
      rules.isHaircutInLevel ? "collateral ÷ debts" : "assets ÷ debts",
      () => "equity ÷ maintenance margin",
      "assets ÷ debts of the pair",
    ),
    row(
      "Margin call at",
      none,
      at(rules.classic, (found: Rules["classic"][number]) => found.marginCallRatio),
      () => number(pro!.marginCallLevel),
      at(rules.isolated, (found: Rules["isolated"][number]) => found.marginCallRatio),
    ),
    row(
      "Liquidated at",
      none,
      at(rules.classic, (found: Rules["classic"][number]) => found.liquidationRatio),
      () => number(pro!.liquidationLevel),
      at(rules.isolated, (found: Rules["isolated"][number]) => found.liquidationRatio),
    ),
    row(
      "What is liquidated",
      "nothing",
      "as much of the account as brings it above its stop level",
      () => "as much of the account as brings it above its stop level",
      "only the account of the pair",
    ),
    row(
      "Clearance fee",
      none,
      percent(liquidation.classicFee, 1),
      () => percent(liquidation.proFee, 1),
      percent(liquidation.isolatedFee, 1),
    ),
    row("Trading fee", fees(rules), "as spot", () => "as spot", "as spot"),
    row(
      "Interest",
      none,
      "by the hour, from the pool",
      () => "by the hour, from the pool",
      "by the hour, from the pool",
    ),
    row(
      "If assets do not cover the debts",
      none,
      rules.liquidationLoanAsset
        ? `the fund pays; the user owes it a loan in ${rules.liquidationLoanAsset}`
        : "the fund pays; the user owes nothing",
      () => "the fund pays; the user owes nothing",
      "the fund pays; the user owes nothing",
    ),
  ];
}
