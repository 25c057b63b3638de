/** What each page of margin data answers. */
export const pageCards = [
  {
    href: "/data/compare",
    title: "Compare products",
    about: "Spot, Cross and Isolated side by side: what each can do and cost.",
  },
  {
    href: "/data/loans",
    title: "Rates & limits",
    about: "What an hour costs and how much one may owe, at every VIP level.",
  },
  {
    href: "/data/pools",
    title: "Lending pools",
    about: "How much is lent, how much is left, and where the rate stands on its curve.",
  },
  { href: "/data/collateral", title: "Assets & collateral", about: "How much of an asset counts, with a calculator." },
  { href: "/data/pro", title: "Cross Pro brackets", about: "Margins by size of the debt, with a worked example." },
  { href: "/data/isolated", title: "Isolated pairs & tiers", about: "Leverage, limits and rates of each pair." },
  { href: "/data/index", title: "Index price", about: "The sources that value every account, second by second." },
  {
    href: "/data/liquidations",
    title: "Liquidation",
    about: "Live liquidations, levels, fees, and the order in which assets are sold.",
  },
  { href: "/data/insurance-fund", title: "Insurance fund", about: "What it holds, took in and paid: every movement." },
  {
    href: "/data/changes",
    title: "Changes & delistings",
    about: "What was changed in the rules, old and new, and what leaves.",
  },
  { href: "/data/fees", title: "Fees & VIP levels", about: "What trading costs, and what a higher level saves." },
  { href: "/rules", title: "Rule book", about: "All that the venue decides by, in words and formulas." },
];
