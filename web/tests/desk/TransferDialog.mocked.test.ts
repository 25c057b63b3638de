import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { get, post } from "$api";
import TransferDialog from "$lib/dialogs/TransferDialog.svelte";
import { CROSS, isolated } from "$lib/place";

vi.mock("$api", async (original) => ({ ...(await original<object>()), get: vi.fn(), post: vi.fn() }));
const asked = vi.mocked(get as (path: string) => Promise<unknown>);
const posted = vi.mocked(post as (path: string, parameters: object) => Promise<unknown>);
const props = () => ({ isOpen: true, to: CROSS, assets: ["USDT", "BTC"] });

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});
beforeEach(() => {
  asked.mockReset().mockResolvedValue({ balances: [{ asset: "USDT", free: "100", locked: "0" }] });
  posted.mockReset().mockResolvedValue({});
});
const amount = () => screen.getByLabelText<HTMLInputElement>("Amount");
const send = () => userEvent.click(screen.getByRole("button", { name: "Transfer", hidden: true }));

describe("the transfer dialog", () => {
  it("says next to the field what is wrong, keeps what was typed, and sends nothing", async () => {
    render(TransferDialog, props());
    await screen.findByText("At most 100 USDT");
    await send();
    expect(screen.getByText("This is needed.")).toBeTruthy();
    await userEvent.type(amount(), "100,5");
    await send();
    expect(screen.getByText("At most 100 USDT can leave the spot wallet now.")).toBeTruthy();
    expect(amount().value).toBe("100,5");
    expect(posted).not.toHaveBeenCalled();
  });

  it("keeps what was typed while the account behind it changes", async () => {
    const { rerender } = render(TransferDialog, props());
    await screen.findByText("At most 100 USDT");
    await userEvent.type(amount(), "50");
    await rerender({ ...props(), assets: ["USDT", "BTC", "ETH"] });
    expect(amount().value).toBe("50");
  });

  it("forgets the amount where its asset can no longer be moved: it would be one of another asset", async () => {
    const { rerender } = render(TransferDialog, props());
    await screen.findByText("At most 100 USDT");
    await userEvent.type(amount(), "50");
    await rerender({ ...props(), assets: ["BTC"] });
    expect(screen.getByLabelText<HTMLSelectElement>("Asset").value).toBe("BTC");
    expect(amount().value).toBe("");
  });

  it("offers an isolated account the two assets of its pair, and none whose name begins alike", () => {
    const pairs = [{ symbol: "ETHFIUSDT", base: "ETHFI", quote: "USDT" }];
    render(TransferDialog, { ...props(), to: isolated("ETHFIUSDT"), assets: ["USDT", "ETH", "ETHFI"], pairs });
    const offered = [...screen.getByLabelText<HTMLSelectElement>("Asset").options].map((each) => each.value);
    expect(offered).toEqual(["USDT", "ETHFI"]);
  });

  it("sends once, however often it is pressed", async () => {
    let answer = () => {};
    posted.mockReturnValue(new Promise((resolve) => (answer = () => resolve({}))));
    render(TransferDialog, props());
    await screen.findByText("At most 100 USDT");
    await userEvent.type(amount(), "50");
    await send();
    await send();
    answer();
    expect(posted).toHaveBeenCalledTimes(1);
    expect(posted).toHaveBeenCalledWith(
      "/sapi/v1/asset/transfer",
      expect.objectContaining({ type: "MAIN_MARGIN", asset: "USDT", amount: "50" }),
    );
  });
});
