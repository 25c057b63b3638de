/** The pages of the account, as they stand at its side. */

type Links = [string, string][];

export function accountLinks(isSandbox: boolean): [string, Links][] {
  return [
    [
      "",
      [
        ["/account", "Overview"],
        ["/account/start", "First steps"],
        ["/account/inbox", "Inbox"],
      ],
    ],
    [
      "Money",
      [
        ["/account/wallets", "Wallets"],
        ["/account/transfers", "Transfers"],
        ["/account/cash", "Deposit and withdraw"],
        ["/account/small", "Small amounts"],
      ],
    ],
    [
      "Margin",
      [
        ["/account/cross", "Cross account"],
        ["/account/isolated", "Isolated accounts"],
        ["/account/liquidations", "Liquidations"],
        ["/account/margin-history", "Margin history"],
      ],
    ],
    [
      "Records",
      [
        ["/account/statements", "Statements"],
        ["/account/fees", "VIP level and fees"],
      ],
    ],
    [
      "Settings",
      [
        ["/account/security", "Security"],
        ["/account/keys", "API keys"],
        ["/account/notifications", "Notifications"],
      ],
    ],
    ...(isSandbox ? [["Test venue", [["/account/sandbox", "Sandbox"]]] as [string, Links]] : []),
  ];
}

const DOORS = ["register", "confirm", "sign-in", "forgotten", "reset"].map((each) => `/account/${each}`);

/** Whether a page is there for who is not signed in. */
export const isDoor = (path: string): boolean => DOORS.includes(path.replace(/\/$/, ""));
