/** Where the pages of margin data lie, by what they are about. */
export const links: [string, [string, string][]][] = [
  [
    "",
    [
      ["/data", "Overview"],
      ["/data/compare", "Compare products"],
      ["/rules", "Rule book"],
    ],
  ],
  [
    "Borrowing",
    [
      ["/data/loans", "Rates & limits"],
      ["/data/pools", "Lending pools"],
      ["/data/fees", "Fees & VIP levels"],
    ],
  ],
  [
    "Collateral",
    [
      ["/data/collateral", "Assets & collateral"],
      ["/data/pro", "Cross Pro brackets"],
      ["/data/isolated", "Isolated pairs & tiers"],
    ],
  ],
  [
    "Risk",
    [
      ["/data/index", "Index price"],
      ["/data/liquidations", "Liquidation"],
      ["/data/insurance-fund", "Insurance fund"],
      ["/data/changes", "Changes & delistings"],
    ],
  ],
];
