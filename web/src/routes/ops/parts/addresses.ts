/** Where one user, account, liquidation or proposal is looked at: below the page of all of them. */
import { route } from "../../../routes";

export const userAddress = (userId: number): string => `/ops/users/${userId}`;
export const accountAddress = (userId: number, symbol: string): string =>
  `/ops/accounts/${userId}${symbol ? `/${symbol}` : ""}`;
export const caseAddress = (caseId: string): string => `/ops/liquidations/${caseId}`;
export const proposalAddress = (proposalId: number): string => `/ops/proposals/${proposalId}`;

/** Returns a part of the present address, by its name in the list of routes; empty where it has none. */
export const part = (name: "userId" | "symbol" | "caseId" | "proposalId"): string =>
  (route.params as Record<string, string | undefined>)[name] ?? "";
