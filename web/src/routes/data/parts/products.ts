/** The margin products with the levels at which something happens, as the venue's rules have them. */
import type { Answer } from "$api";
import type { Decimal } from "$lib/decimal";

export type Rules = Answer<"/public/v1/rules">;

export interface Thresholds {
  product: string;
  /** What is compared. */
  level: string;
  borrow: Decimal | null;
  call: Decimal;
  liquidation: Decimal;
  stop: Decimal | null;
  fee: Decimal;
}

/** Names of the products as the venue's answers have them. */
export const PRODUCTS: Record<string, string> = {
  CLASSIC: "Cross Classic",
  PRO: "Cross Pro",
  ISOLATED: "Isolated",
  cross: "Cross Classic",
  pro: "Cross Pro",
  isolated: "Isolated",
};

export function thresholds(rules: Rules): Thresholds[] {
  const { classicFee, proFee, isolatedFee } = rules.liquidation;
  const classic = rules.classic.map((each) => ({
    product: `Cross Classic ${each.leverage}x`,
    level: rules.isHaircutInLevel ? "collateral ÷ debts" : "assets ÷ debts",
    borrow: each.initialRatio,
    call: each.marginCallRatio,
    liquidation: each.liquidationRatio,
    stop: each.stopRatio,
    fee: classicFee,
  }));
  const pro = rules.pro && {
    product: `Cross Pro to ${rules.pro.leverageMax}x`,
    level: "equity ÷ maintenance margin",
    borrow: null,
    call: rules.pro.marginCallLevel,
    liquidation: rules.pro.liquidationLevel,
    stop: rules.pro.stopLevel,
    fee: proFee,
  };
  const isolated = rules.isolated.map((each) => ({
    product: `Isolated ${each.leverage}x`,
    level: "assets ÷ debts of the pair",
    borrow: null,
    call: each.marginCallRatio,
    liquidation: each.liquidationRatio,
    stop: null,
    fee: isolatedFee,
  }));
  return [...classic, ...(pro ? [pro] : []), ...isolated];
}
