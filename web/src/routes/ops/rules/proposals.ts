/** Proposals of changed parameters: their states in words, and what may be done to each. */
import { post, type Answer } from "$api";
import type { Act } from "../parts/act";

export type Proposal = Answer<"/operator/v1/parameter-changes">[number];

export const STATES: Record<string, ["plain" | "good" | "bad" | "warn", string]> = {
  PROPOSED: ["warn", "Waits for another operator"],
  APPROVED: ["warn", "Approved, on its way"],
  SENT: ["good", "The engine has it"],
  FAILED: ["bad", "The engine refused it"],
  REFUSED: ["bad", "Refused"],
  WITHDRAWING: ["warn", "Its withdrawal is on its way"],
  WITHDRAWN: ["plain", "Withdrawn"],
  EXPIRED: ["plain", "Expired"],
};

export const approve = (proposalId: number): Act => ({
  title: `Approve proposal ${proposalId}`,
  about: "It goes to the engine, which checks the whole rule set with it and may refuse it still.",
  label: "Approve",
  done: "The change is approved.",
  send: (reason) => post("/operator/v1/parameter-changes/approve", { proposalId, reason }),
});

export const refuse = (proposalId: number): Act => ({
  title: `Refuse proposal ${proposalId}`,
  about: "It never holds. Who wants it still proposes it anew.",
  label: "Refuse",
  kind: "danger",
  done: "The change is refused.",
  send: (reason) => post("/operator/v1/parameter-changes/refuse", { proposalId, reason }),
});

export const withdraw = (proposalId: number): Act => ({
  title: `Withdraw proposal ${proposalId}`,
  about: "Taken back, be it proposed or approved, before its time.",
  label: "Withdraw",
  done: "The change is withdrawn.",
  send: (reason) => post("/operator/v1/parameter-changes/withdraw", { proposalId, reason }),
});
