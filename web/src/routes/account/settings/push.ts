/** This browser's push messages: subscribed and ended, here and at the venue. */
import { get, post, remove } from "$api";

export type PushState = "on" | "off" | "refused" | "impossible";
const WORKER = "/sw.js";

const isPossible = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

export async function pushState(): Promise<PushState> {
  if (!isPossible()) return "impossible";
  if (Notification.permission === "denied") return "refused";
  const worker = await navigator.serviceWorker.getRegistration(WORKER);
  return (await worker?.pushManager.getSubscription()) ? "on" : "off";
}

/** Asks the user, subscribes this browser and tells the venue. Answers what the state is then. */
export async function subscribe(label: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  const { applicationServerKey } = await get("/account/v1/push-key");
  await navigator.serviceWorker.register(WORKER);
  const worker = await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(applicationServerKey),
  });
  const { endpoint, keys } = subscription.toJSON();
  try {
    await post("/account/v1/push-subscriptions", {
      endpoint: endpoint ?? "",
      p256dh: keys?.p256dh ?? "",
      auth: keys?.auth ?? "",
      label,
    });
  } catch (fault) {
    await subscription.unsubscribe();
    throw fault;
  }
  return "on";
}

/** Ends this browser's subscription. The venue drops its side when the push service no longer knows it. */
export async function unsubscribe(): Promise<PushState> {
  const worker = await navigator.serviceWorker.getRegistration(WORKER);
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
  return pushState();
}

export const forget = (channelId: number) => remove("/account/v1/push-subscriptions", { channelId });

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
