/** What of an account asks for its owner's attention, the most urgent first. */
import type { Answer } from "$api";
import type { Standing } from "$lib/session.svelte";
import { moment, number } from "$lib/format";
import { isOwed, type Loan } from "./margin/liquidation_loan";
import { placeName, CROSS } from "./money/places";
import { isInDanger } from "./standing";
import { hindrances, stepsToLoan } from "./start/steps";
import type { MarginWallet, Wallets } from "./wallets";

export interface Matter {
  kind: "bad" | "warn" | "plain";
  text: string;
  href?: string;
  does?: string;
}
type Restrictions = Answer<"/account/v1/restrictions">;
interface Known {
  standing: Standing;
  restrictions: Restrictions;
  loan: Loan;
  wallets: Wallets;
  unread: number;
}

export function attention({ standing, restrictions, loan, wallets, unread }: Known): Matter[] {
  return [
    ...endangered(wallets),
    ...owed(loan),
    ...hindrances(standing).map((text): Matter => ({ kind: "bad", text })),
    ...restrained(restrictions),
    ...(unread
      ? [{ kind: "plain", text: `${unread} unread in your inbox.`, href: "/account/inbox", does: "Read" } as Matter]
      : []),
    ...unfinished(standing, wallets),
    ...(standing.isTotpOn
      ? []
      : [
          {
            kind: "plain",
            text: "Your account has no second factor.",
            href: "/account/security",
            does: "Switch it on",
          } as Matter,
        ]),
  ];
}

function endangered(wallets: Wallets): Matter[] {
  const named: [string, MarginWallet][] = wallets.isolated.map((each) => [each.symbol, each]);
  if (wallets.cross) named.unshift([CROSS, wallets.cross]);
  return named
    .filter(([, wallet]) => isInDanger(wallet))
    .map(([name, wallet]) => ({
      kind: "bad",
      text: wallet.isInLiquidation
        ? `${placeName(name)}: it is being liquidated.`
        : `${placeName(name)}: margin call at a level of ${number(wallet.marginLevel, 3)}. Add funds, repay, or reduce.`,
      href: name === CROSS ? "/trade" : `/trade/${name}`,
      does: "Look at it",
    }));
}

function owed(loan: Loan): Matter[] {
  if (!isOwed(loan)) return [];
  const text = `You owe the insurance fund ${number(loan.remainingAmount)} ${loan.asset} after a liquidation.`;
  return [{ kind: "bad", text, href: "/account/cross", does: "Repay" }];
}

function restrained({ withdrawalGate, concentrationBans }: Restrictions): Matter[] {
  const found: Matter[] = concentrationBans.map((ban) => ({
    kind: "warn",
    text: `Your position in ${ban.asset} may only become smaller since ${moment(ban.since)}.`,
    href: "/account/cross",
    does: "More",
  }));
  if (withdrawalGate.isClosed) {
    found.push({
      kind: "warn",
      text: "Transfers out of margin and withdrawals pause at the moment.",
      href: "/account/cross",
      does: "More",
    });
  }
  return found;
}

function unfinished(standing: Standing, wallets: Wallets): Matter[] {
  const left = stepsToLoan(standing, wallets).filter((each) => !each.isDone).length;
  if (left === 0 || standing.loan.isAllowed) return [];
  const text = left === 1 ? "One step is left before you can borrow." : `${left} steps are left before you can borrow.`;
  return [{ kind: "plain", text, href: "/account/start", does: "Go on" }];
}
