/** Returns a name for an order that no other has. */
export const orderName = (): string => `web-${crypto.randomUUID().replaceAll("-", "").slice(0, 28)}`;
