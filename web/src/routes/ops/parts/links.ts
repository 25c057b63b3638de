/** The console's pages, and whose roles see them. An ADMIN sees all. */
const SUPPORT = ["SUPPORT"];
const RISK = ["RISK"];
const BOTH = ["SUPPORT", "RISK"];

type Link = [address: string, words: string, roles: string[]];

const GROUPS: [string, Link[]][] = [
  ["", [["/ops", "Overview", BOTH]]],
  [
    "Risk",
    [
      ["/ops/accounts", "Accounts at risk", RISK],
      ["/ops/ladder", "Price ladder", RISK],
      ["/ops/liquidations", "Liquidations", RISK],
    ],
  ],
  [
    "Market",
    [
      ["/ops/market", "Market control", RISK],
      ["/ops/index", "Index sources", RISK],
      ["/ops/delistings", "Delistings", RISK],
    ],
  ],
  [
    "Money",
    [
      ["/ops/pools", "Pools and curves", RISK],
      ["/ops/fund", "Insurance fund", RISK],
      ["/ops/withdrawals", "Withdrawals", RISK],
      ["/ops/reconciliation", "Reconciliation", RISK],
    ],
  ],
  [
    "Rules",
    [
      ["/ops/parameters", "Parameters", RISK],
      ["/ops/proposals", "Proposals", RISK],
      ["/ops/rules", "Rule sets", RISK],
    ],
  ],
  [
    "People",
    [
      ["/ops/users", "Users", BOTH],
      ["/ops/verification", "Verification", SUPPORT],
      ["/ops/operators", "Operators", RISK],
      ["/ops/audit", "Audit log", RISK],
    ],
  ],
];

/** Returns the groups of links that a user may follow. */
export function linksFor(may: (...roles: string[]) => boolean): [string, [string, string][]][] {
  return GROUPS.map(([heading, links]): [string, [string, string][]] => [
    heading,
    links.filter(([, , roles]) => may(...roles)).map(([address, words]) => [address, words]),
  ]).filter(([, links]) => links.length > 0);
}
