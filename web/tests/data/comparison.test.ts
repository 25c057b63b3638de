import { describe, expect, it } from "vitest";
import { features, products } from "../../src/routes/data/parts/comparison";
import { thresholds, type Rules } from "../../src/routes/data/parts/products";

const bands = (leverage: number, marginCallRatio: string) => ({
  leverage,
  initialRatio: "1.5",
  transferRatio: "2",
  marginCallRatio,
  liquidationRatio: "1.1",
  stopRatio: "1.5",
});
const rules: Rules = {
  ruleSet: "2025",
  isHaircutInLevel: false,
  classic: [bands(3, "1.3"), bands(5, "1.16")],
  pro: {
    leverageMax: 20,
    marginCallLevel: "1.2",
    liquidationLevel: "1",
    stopLevel: "2",
    transferLevel: "2",
    entryRatio: "1.25",
  },
  isolated: [{ leverage: 10, marginCallRatio: "1.1", liquidationRatio: "1.05", pairs: 40 }],
  isolatedAccountsMax: 20,
  vipLevels: [
    {
      vipLevel: 0,
      volumeMin: "0",
      bnbMin: "0",
      makerFee: "0.001",
      takerFee: "0.001",
      interestDiscount: "0",
      isolatedLimitFactor: "1",
    },
  ],
  bnbFeeFactor: "0.75",
  bnbInterestFactor: "0.95",
  rateStepMax: "2",
  rateHourlyMax: "0.001",
  liquidation: {
    classicFee: "0.02",
    proFee: "0.03",
    isolatedFee: "0.02",
    roundSeconds: 1,
    priceBand: "0.05",
    takeoverRatio: "1.02",
    takeoverFactor: "0.95",
    takeoverSeconds: 60,
    roundsWithoutFillMax: 2,
  },
  liquidationLoanAsset: null,
};
const withoutPro: Rules = {
  ...rules,
  ruleSet: "2026-06",
  isHaircutInLevel: true,
  pro: null,
  liquidationLoanAsset: "USDC",
};
const value = (found: Rules, name: string) => features(found).find((each) => each.name === name)!.values;

describe("the comparison of products", () => {
  it("has a value of each feature for each product", () => {
    for (const found of [rules, withoutPro]) {
      const names = products(found).map((each) => each.name);
      for (const feature of features(found)) expect(feature.values, feature.name).toHaveLength(names.length);
    }
  });

  it("takes its figures from the rules", () => {
    expect(value(rules, "Leverage")).toEqual(["none", "3x · 5x", "up to 20x", "10x, by pair"]);
    expect(value(rules, "Margin call at")[1]).toBe("1.3 at 3x · 1.16 at 5x");
    expect(value(rules, "Clearance fee")).toEqual(["–", "2.0%", "3.0%", "2.0%"]);
  });

  it("leaves Pro out where it is not offered, and says what a deficit leaves", () => {
    expect(products(withoutPro).map((each) => each.name)).toEqual(["Spot", "Cross Classic", "Isolated"]);
    expect(value(withoutPro, "Level")[1]).toBe("collateral ÷ debts");
    expect(value(withoutPro, "If assets do not cover the debts")[1]).toContain("USDC");
  });

  it("has the levels of every product, Pro's only where there is one", () => {
    expect(thresholds(rules).map((each) => each.product)).toEqual([
      "Cross Classic 3x",
      "Cross Classic 5x",
      "Cross Pro to 20x",
      "Isolated 10x",
    ]);
    expect(thresholds(withoutPro)).toHaveLength(3);
  });
});
