import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Account } from "../../src/lib/account.svelte";
import type { Place } from "../../src/lib/place";

const SPOT = { kind: "spot" } as Place;
let balances: ((free: string) => void)[];
let account: Account;
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  balances = [];
  vi.stubGlobal(
    "WebSocket",
    class {
      static OPEN = 1;
    },
  );
  vi.stubGlobal("fetch", (address: string) => {
    const json = (body: unknown) =>
      new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
    if (!address.startsWith("/api/v3/account")) return Promise.resolve(json(address.includes("Orders") ? [] : {}));
    return new Promise((resolve) => {
      balances.push((free) => resolve(json({ balances: [{ asset: "USDT", free, locked: "0" }] })));
    });
  });
  account = new Account();
  end = account.follow(SPOT, "BTCUSDT");
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

it("is loaded anew while events go on and on, twice a second at most", async () => {
  balances[0]!("1");
  await vi.advanceTimersByTimeAsync(0);
  for (let at = 0; at < 100; at += 1) {
    account.refreshSoon();
    balances.at(-1)!(String(at));
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(balances.length).toBeGreaterThan(7);
  expect(balances.length).toBeLessThan(12);
  expect(Number(account.free("USDT"))).toBeGreaterThan(80);
});

it("waits for a slow answer and then asks once more", async () => {
  balances[0]!("1");
  await vi.advanceTimersByTimeAsync(600);
  account.refreshSoon();
  await vi.advanceTimersByTimeAsync(200);
  account.refreshSoon();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(balances).toHaveLength(2);
  balances[1]!("2");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(account.free("USDT")).toBe("2");
  expect(balances).toHaveLength(3);
});
