/** Shows push messages of the venue. Nothing is kept and no request is answered here: the app is always the server's. */
self.addEventListener("push", (event) => {
  const notice = event.data?.json() ?? {};
  event.waitUntil(
    self.registration.showNotification(notice.title ?? "Leverline", {
      body: notice.text ?? "",
      tag: notice.id,
      timestamp: notice.time,
      icon: "/favicon.svg",
      requireInteraction: ["MARGIN_CALL", "LIQUIDATION_STARTED"].includes(notice.kind),
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openInbox());
});

/** Goes to the inbox in a page that is open already, else in a new one. */
async function openInbox() {
  const [page] = await self.clients.matchAll({ type: "window" });
  if (!page) return self.clients.openWindow("/account/inbox");
  await page.focus();
  return page.navigate("/account/inbox");
}
