import { beforeEach, describe, expect, it, vi } from "vitest";
import { Down, Refusal, post, put } from "$api";
import { cancelOrder, hasArrived, orderNow, type Order } from "$lib/account_orders";
import { CROSS, SPOT } from "$lib/place";
import { beginChange, change, changing, leftOf } from "../../src/routes/trade/desk/changing.svelte";

vi.mock("$api", async (real) => ({ ...(await real<object>()), post: vi.fn(), put: vi.fn() }));
vi.mock("$lib/account_orders", () => ({ cancelOrder: vi.fn(), hasArrived: vi.fn(), orderNow: vi.fn() }));
const posted = vi.mocked(post as (path: string, members: Record<string, unknown>) => Promise<unknown>);
const cancelled = vi.mocked(cancelOrder);
const arrived = vi.mocked(hasArrived);
const asked = vi.mocked(orderNow);
const order = {
  orderId: 7,
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  price: "50000.00",
  stopPrice: "0.00",
  trailingDelta: 0,
  status: "NEW",
  quantity: "0.10000",
  executed: "0.00000",
  iceberg: "0.00000",
} as Order;
const wanted = { price: "51000", quantity: "0.1", effect: "NO_SIDE_EFFECT" } as const;
const short = new Refusal(400, -2010, "Account has insufficient balance for requested action.");
const paths = () => posted.mock.calls.map(([path]) => path);

beforeEach(() => {
  for (const each of [posted, vi.mocked(put)]) each.mockReset().mockResolvedValue({});
  cancelled.mockReset().mockResolvedValue("0.00000");
  arrived.mockReset().mockResolvedValue(false);
  asked.mockReset().mockImplementation(async () => changing.order!);
  beginChange(order);
});

describe("a change of an order", () => {
  it("that makes a spot order smaller keeps its place", async () => {
    await change(order, SPOT, { ...wanted, price: "50000", quantity: "0.05" });
    expect(put).toHaveBeenCalledWith("/api/v3/order/amend/keepPriority", expect.objectContaining({ newQty: "0.05" }));
    expect(posted).not.toHaveBeenCalled();
  });

  it("sends nothing of what the order has not got", async () => {
    await change(order, CROSS, wanted);
    expect(posted.mock.calls[0]![1]).toMatchObject({ price: "51000", stopPrice: undefined, icebergQty: undefined });
  });

  it("on margin is not cancelled twice when its successor is refused", async () => {
    posted.mockRejectedValueOnce(short);
    await expect(change(order, CROSS, wanted)).rejects.toBe(short);
    expect(changing.stage).toBe("gone");
    await change(order, CROSS, wanted);
    expect([cancelled.mock.calls.length, paths()]).toEqual([1, ["/sapi/v1/margin/order", "/sapi/v1/margin/order"]]);
  });

  it("on spot that was done half says why, and only places anew", async () => {
    const data = { cancelResponse: { orderId: 7 }, newOrderResponse: { code: -2010, msg: short.told } };
    posted.mockRejectedValueOnce(new Refusal(409, -2021, "Order cancel-replace partially failed.", 0, { data }));
    await expect(change(order, SPOT, wanted)).rejects.toMatchObject({ code: -2010, told: short.told });
    await change(order, SPOT, wanted);
    expect(paths()).toEqual(["/api/v3/order/cancelReplace", "/api/v3/order"]);
  });

  it("on spot of which nothing was done leaves the order where it is", async () => {
    const data = { cancelResponse: { code: -2011, msg: "Unknown order sent." }, newOrderResponse: null };
    posted.mockRejectedValueOnce(new Refusal(400, -2022, "Order cancel-replace failed.", 0, { data }));
    await expect(change(order, SPOT, wanted)).rejects.toMatchObject({ code: -2011 });
    expect(changing.stage).toBe("");
  });

  it("of which no answer came is asked about before it is sent once more, under the same name", async () => {
    posted.mockRejectedValueOnce(new Down()).mockRejectedValueOnce(short);
    asked.mockResolvedValueOnce(order).mockResolvedValue({ ...order, status: "CANCELED" });
    for (let time = 0; time < 3; time++) await change(order, CROSS, wanted).catch(() => {});
    const names = posted.mock.calls.map(([, members]) => members.newClientOrderId);
    expect([names[1] === names[0], names[2] === names[0]]).toEqual([true, false]);
    expect(arrived).toHaveBeenCalledExactlyOnceWith(CROSS, "BTCUSDT", names[0]);
    expect(cancelled).toHaveBeenCalledOnce();
  });

  it("that had arrived is not sent twice", async () => {
    posted.mockRejectedValueOnce(new Down());
    await expect(change(order, SPOT, wanted)).rejects.toBeInstanceOf(Down);
    expect(changing.stage).toBe("unknown");
    arrived.mockResolvedValueOnce(true);
    await change(order, SPOT, wanted);
    expect(posted).toHaveBeenCalledOnce();
  });

  it("of which nobody knows whether it was done waits until the venue says", async () => {
    posted.mockRejectedValueOnce(new Down());
    await expect(change(order, SPOT, wanted)).rejects.toBeInstanceOf(Down);
    arrived.mockRejectedValueOnce(new Refusal(429, -1003, "Too many requests"));
    await expect(change(order, SPOT, wanted)).rejects.toMatchObject({ code: -1003 });
    expect([posted.mock.calls.length, changing.stage]).toEqual([1, "unknown"]);
    await change(order, SPOT, wanted);
    const names = posted.mock.calls.map(([, members]) => members.newClientOrderId);
    expect(names[1]).toBe(names[0]);
  });

  it("is of what is left of an order: the venue is told the whole, with what is filled", async () => {
    const half = { ...order, executed: "0.04" };
    beginChange(half);
    expect(leftOf(half)).toBe("0.06");
    await change(half, SPOT, { ...wanted, price: "50000", quantity: "0.05" });
    expect(put).toHaveBeenCalledWith("/api/v3/order/amend/keepPriority", expect.objectContaining({ newQty: "0.09" }));
    await change(half, SPOT, { ...wanted, price: "50000", quantity: "0.06" });
    expect(paths()).toEqual(["/api/v3/order/cancelReplace"]);
  });

  it.each([SPOT, CROSS])(
    "of which something was filled meanwhile has its amount looked at again: %o",
    async (place) => {
      asked.mockResolvedValueOnce({ ...order, executed: "0.04" });
      await expect(change(order, place, wanted)).rejects.toThrow("filled meanwhile");
      expect([changing.order!.executed, changing.price, changing.stage]).toEqual(["0.04", "51000", ""]);
      expect([posted.mock.calls.length, cancelled.mock.calls.length]).toEqual([0, 0]);
    },
  );

  it("that was filled in part before its cancel buys no more than was wanted", async () => {
    cancelled.mockResolvedValueOnce("0.04");
    await expect(change(order, CROSS, wanted)).rejects.toThrow("filled meanwhile");
    expect([leftOf(changing.order!), changing.stage, posted.mock.calls.length]).toEqual(["0.06", "gone", 0]);
  });
});
