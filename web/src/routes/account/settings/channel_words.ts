/** Ways by which notices go, in words. */
import type { Answer } from "$api";

export type Channel = Answer<"/account/v1/notice-channels">[number];

export const CHANNEL_NAMES: Record<string, string> = {
  MAIL: "Mail",
  CHAT: "Chat or SMS",
  WEBHOOK: "Webhook",
  PUSH: "Browser",
};
export const channelName = (kind: string): string => CHANNEL_NAMES[kind] ?? kind;

/** What an address of each kind looks like. */
export const ADDRESS_HINTS: Record<string, string> = {
  MAIL: "Another mail address, such as me@example.org.",
  CHAT: "An Apprise address of one target, such as tgram://TOKEN/CHAT.",
  WEBHOOK: "An https address that takes signed JSON by POST.",
};
