/** The loan that a deficit leaves under a rule set that has it (rule 16.5). */
import { get, type Answer } from "$api";

export type Loan = Answer<"/sapi/v1/margin/liquidation-loan">;
export type Repayment = NonNullable<Answer<"/sapi/v1/margin/liquidation-loan/repay-history">["rows"]>[number];

export const loadLoan = (signal: AbortSignal): Promise<Loan> => get("/sapi/v1/margin/liquidation-loan", {}, { signal });

const isMore = (amount: string | undefined): boolean => /[1-9]/.test(amount ?? "");
export const isOwed = (loan: Loan): boolean => isMore(loan.remainingAmount);
/** Whether there ever was one, even if it is repaid. */
export const wasMade = (loan: Loan): boolean => isMore(loan.amount);
