/** The way to a first loan: its steps in order, and which are done. What is missing is the venue's to say. */
import type { Standing } from "$lib/session.svelte";
import type { Wallets } from "../wallets";

export interface Step {
  name: string;
  title: string;
  about: string;
  isDone: boolean;
}

export function stepsToLoan(standing: Standing, wallets: Wallets | undefined): Step[] {
  const { margin, loan, verification } = standing;
  const lacks = (name: string) => margin.missing.includes(name);
  const hasMoved = !loan.missing.includes("firstTransfer");
  return [
    {
      name: "identity",
      title: "Verify your identity",
      about: "Who you are, with a picture of a document.",
      isDone: verification === "APPROVED" || margin.isGranted,
    },
    {
      name: "questionnaire",
      title: "Answer ten questions about margin",
      about: "All must be right; you can try again.",
      isDone: !lacks("questionnaire"),
    },
    {
      name: "terms",
      title: "Read and accept the terms",
      about: "The terms of margin trading, and its risk.",
      isDone: !lacks("terms") && !lacks("margin-risk"),
    },
    {
      name: "funds",
      title: "Put funds into your spot wallet",
      about: "What you start from.",
      isDone: hasMoved || (wallets?.spot.assets.length ?? 0) > 0,
    },
    {
      name: "transfer",
      title: "Transfer funds into the cross account",
      about: "The first transfer opens it. What you hold there secures what you borrow.",
      isDone: hasMoved,
    },
    {
      name: "loan-risk",
      title: "Acknowledge the risk of a loan",
      about: "The last thing before you borrow.",
      isDone: !loan.missing.includes("loan-risk"),
    },
  ];
}

/** What Cross Margin Pro takes beside all that. */
export function stepsToPro(standing: Standing): Step[] {
  const lacks = (name: string) => standing.pro.missing.includes(name);
  return [
    {
      name: "pro-questionnaire",
      title: "Answer ten questions about Cross Margin Pro",
      about: "Up to twenty times leverage goes by other rules.",
      isDone: !lacks("questionnaire"),
    },
    {
      name: "pro-risk",
      title: "Read and accept the risk of Pro",
      about: "Its bands, its brackets, its fee.",
      isDone: !lacks("pro-risk"),
    },
  ];
}

const HINDRANCES: Record<string, string> = {
  country: "Margin is not offered in your country. You can trade spot.",
  suspension: "Your account is suspended. You can still cancel orders and repay.",
  borrowBar: "You may not borrow for now, because a liquidation of yours left a deficit.",
  borrowingStopped: "The venue lends nothing at the moment: its insurance fund is too low.",
  coolingOff: "You chose to cool off: no new loan until that ends.",
};

/** Returns in words what no step of the user's can mend. */
export function hindrances(standing: Standing): string[] {
  return standing.loan.missing.flatMap((name) => HINDRANCES[name] ?? []);
}
