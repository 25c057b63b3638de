/** What operators do to users. */
import { post } from "$api";
import type { Act } from "../parts/act";

export function suspension(userId: number, isSuspended: boolean): Act {
  return isSuspended
    ? {
        title: `Suspend user ${userId}`,
        about: "No order, loan or transfer any more. Reading, cancelling and repaying go on, and so does liquidation.",
        label: "Suspend",
        kind: "danger",
        done: `User ${userId} is suspended.`,
        send: (reason) => post("/operator/v1/user/suspend", { userId, reason }),
      }
    : {
        title: `Lift the suspension of user ${userId}`,
        about: "The user may trade, borrow and transfer again.",
        label: "Lift",
        done: `User ${userId} is no longer suspended.`,
        send: (reason) => post("/operator/v1/user/lift-suspension", { userId, reason }),
      };
}

export const endAccess = (userId: number): Act => ({
  title: `End the access of user ${userId}`,
  about:
    "All sessions end and all API keys are switched off: for an account in strange hands. The password stays what it is.",
  label: "End access",
  kind: "danger",
  word: String(userId),
  done: `Sessions and keys of user ${userId} are ended.`,
  send: (reason) => post("/operator/v1/user/end-access", { userId, reason }),
});

export const liftBar = (userId: number): Act => ({
  title: `Lift the borrow bar of user ${userId}`,
  about: "The user may borrow again after a deficit (rule 8.5).",
  label: "Lift the bar",
  done: `User ${userId} may borrow again.`,
  send: (reason) => post("/operator/v1/user/lift-borrow-bar", { userId, reason }),
});
