import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Down, Refusal, door, fetchFile, get, post, remove } from "$api";

const fetched = vi.fn<typeof fetch>();
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

const { onSessionOver, onDown } = door;

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset();
  door.csrf = "token";
});
afterEach(() => {
  Object.assign(door, { onSessionOver, onDown });
});

describe("the client", () => {
  it("asks by query and leaves out what is open", async () => {
    fetched.mockResolvedValue(json([]));
    await get("/api/v3/klines", { symbol: "BTCUSDT", interval: "1m", limit: 5, startTime: undefined });
    expect(fetched.mock.calls[0]![0]).toBe("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=5");
  });

  it("sends Binance's operations as a form and our own as a document, each with the token", async () => {
    fetched.mockImplementation(async () => json({}));
    await post("/sapi/v1/margin/borrow-repay", {
      asset: "USDT",
      amount: "1",
      type: "BORROW",
      isIsolated: "FALSE",
      symbol: undefined,
    } as never);
    await post("/account/v1/confirm", { token: "abc" });
    const [borrowed, confirmed] = fetched.mock.calls.map((call) => call[1]!);
    expect(String(borrowed!.body)).toBe("asset=USDT&amount=1&type=BORROW&isIsolated=FALSE");
    expect(confirmed!.body).toBe('{"token":"abc"}');
    expect([borrowed, confirmed].map((init) => (init!.headers as Record<string, string>)["x-csrf-token"])).toEqual([
      "token",
      "token",
    ]);
  });

  it("deletes by query", async () => {
    fetched.mockResolvedValue(json({ success: true }));
    await remove("/account/v1/sessions", { sessionId: "s1" });
    expect(fetched.mock.calls[0]![0]).toBe("/account/v1/sessions?sessionId=s1");
  });

  it("raises what the venue refuses, with its words and its wait", async () => {
    fetched.mockResolvedValue(json({ code: -70010, msg: "too many failures" }, 429, { "retry-after": "7" }));
    const fault = (await post("/account/v1/confirm", { token: "x" }).catch((found) => found)) as Refusal;
    expect(fault).toBeInstanceOf(Refusal);
    expect([fault.status, fault.code, fault.told, fault.wait]).toEqual([429, -70010, "too many failures", 7]);
  });

  it("fetches a file as it is, and raises as for all else", async () => {
    fetched.mockResolvedValueOnce(new Response("%PDF-", { headers: { "content-type": "application/pdf" } }));
    const file = await fetchFile("/operator/v1/document", { documentId: "7" });
    expect([file.type, fetched.mock.calls[0]![0]]).toEqual(["application/pdf", "/operator/v1/document?documentId=7"]);
    fetched.mockResolvedValueOnce(json({ code: -70020, msg: "there is no such document" }, 404));
    await expect(fetchFile("/operator/v1/document", { documentId: "8" })).rejects.toThrow(Refusal);
    fetched.mockRejectedValueOnce(new TypeError("failed"));
    await expect(fetchFile("/operator/v1/document", { documentId: "9" })).rejects.toThrow(Down);
  });

  it("tells when the session is over", async () => {
    const told = (door.onSessionOver = vi.fn());
    fetched.mockResolvedValue(json({ code: -1002, msg: "You are not authorized." }, 401));
    await expect(get("/account/v1/status")).rejects.toBeInstanceOf(Refusal);
    expect(told).toHaveBeenCalledOnce();
  });

  it("tells when the venue does not answer, or something in between does", async () => {
    const told = (door.onDown = vi.fn());
    fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    await expect(get("/account/v1/status")).rejects.toBeInstanceOf(Down);
    fetched.mockResolvedValueOnce(new Response("<h1>Bad Gateway</h1>", { status: 502 }));
    await expect(get("/account/v1/status")).rejects.toBeInstanceOf(Down);
    expect(told).toHaveBeenCalledTimes(2);
  });

  it("leaves open whether something was done, but not of a question, however it is sent", async () => {
    const order = { symbol: "BTCUSDT", side: "BUY", type: "MARKET" } as never;
    const isUncertain = async (asked: Promise<unknown>) => ((await asked.catch((found) => found)) as Down).isUncertain;
    fetched.mockRejectedValue(new TypeError("Failed to fetch"));
    expect(await isUncertain(post("/api/v3/order", order))).toBe(true);
    expect(await isUncertain(post("/account/v1/order-preview", order, { isQuestion: true }))).toBe(false);
    fetched.mockImplementation(async () => new Response("<h1>Bad Gateway</h1>", { status: 502 }));
    expect(await isUncertain(post("/api/v3/order", order))).toBe(true);
    expect(await isUncertain(post("/account/v1/order-preview", order, { isQuestion: true }))).toBe(false);
    expect(await isUncertain(get("/account/v1/status"))).toBe(false);
  });
});
