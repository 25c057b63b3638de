import { afterEach, describe, expect, it, vi } from "vitest";
import { askEntry } from "../../src/routes/ops/parts/entry";

const answers = (status: number, body: unknown) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(Response.json(body, { status }))),
  );

afterEach(() => vi.unstubAllGlobals());

describe("the door of the console", () => {
  it("is open to a role", async () => {
    answers(200, { BTCUSDT: "TRADING" });
    expect(await askEntry()).toBe("open");
  });
  it("asks for a second factor where operators take one", async () => {
    answers(403, { code: -70043, msg: "operators of this venue take a second factor: switch it on first" });
    expect(await askEntry()).toBe("unguarded");
  });
  it("is shut for who has no role any more", async () => {
    answers(403, { code: -1002, msg: "this takes an operator" });
    expect(await askEntry()).toBe("shut");
  });
  it("leaves what else is wrong to the pages", async () => {
    answers(503, { code: -1008, msg: "busy" });
    expect(await askEntry()).toBe("open");
  });
});
