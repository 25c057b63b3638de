import { afterEach, describe, expect, it, vi } from "vitest";

const answers: Record<string, unknown> = {
  "/account/v1/session": { userId: 7, roles: ["RISK"], csrfToken: "token" },
  "/account/v1/status": {},
  "/account/v1/sign-out": { success: true },
};

afterEach(() => vi.unstubAllGlobals());

describe("a session", () => {
  it("that ends by itself leaves the pages of its roles where they are; signing out does not", async () => {
    vi.resetModules(); // others change the one door that there is
    const { door } = await import("$api");
    const { session } = await import("$lib/session.svelte");
    vi.stubGlobal("fetch", (path: string) => Promise.resolve(Response.json(answers[path])));
    await session.refresh();
    expect([session.may("RISK"), session.may("SUPPORT")]).toEqual([true, false]);
    door.onSessionOver();
    expect([session.user, session.isOver, session.may("RISK")]).toEqual([null, true, true]);
    await session.refresh();
    await session.signOut();
    expect([session.user, session.may("RISK")]).toEqual([null, false]);
  });
});
