/** API keys in words. */
import type { Answer } from "$api";
import { words } from "$lib/format";

export type ApiKey = Answer<"/account/v1/keys">[number];
export type Permission = "READ" | "TRADE" | "MARGIN" | "WITHDRAWAL";

export const PERMISSIONS: [Permission, string, string][] = [
  ["READ", "Read", "Balances, orders, history."],
  ["TRADE", "Trade", "Place and cancel orders, spot and margin."],
  ["MARGIN", "Margin", "Borrow, repay, transfer between your wallets."],
  ["WITHDRAWAL", "Withdraw", "Send funds out. Takes a list of addresses and a code of your second factor."],
];

export const permissionName = (name: string): string =>
  PERMISSIONS.find(([each]) => each === name)?.[1].toLowerCase() ?? words(name).toLowerCase();

const KINDS: Record<string, string> = { HMAC: "HMAC", RSA: "RSA", ED25519: "Ed25519" };
export const kindName = (kind: string): string => KINDS[kind.toUpperCase()] ?? kind;

/** Returns the addresses of a text, one a line or with commas between. */
export const addressesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);
