import { describe, expect, it } from "vitest";
import { Down, Refusal } from "$api";
import { explain } from "$lib/refusals";

const explained = (code: number, told: string, body = {}) => explain(new Refusal(400, code, told, 0, body));

describe("a refusal in words", () => {
  it("of a filter of the pair names the field that it is about", () => {
    expect(explained(-1013, "Filter failure: LOT_SIZE").field).toBe("quantity");
  });

  it("of an order is told apart by what the venue says, for all have one code", () => {
    expect(explained(-2010, "Order would trigger immediately.").field).toBe("stopPrice");
    expect(explained(-2010, "IcebergQty exceeds QTY.")).toEqual({
      field: "icebergQty",
      text: "This is more than the amount.",
    });
    expect(explained(-2010, "Market is closed.")).toEqual({ field: "", text: "Market is closed." });
  });

  it("of a loan says what it means to who borrows", () => {
    const told = "Your borrow amount has exceed maximum borrow amount.";
    expect(explained(-3006, told)).toEqual({ field: "amount", text: "This is more than can be borrowed now." });
  });

  it("gives way to the venue's own detail", () => {
    expect(explained(-3006, "…", { detail: "the limit is 5 BTC" }).text).toBe("The limit is 5 BTC.");
  });

  it("says that the venue is away", () => {
    expect(explain(new Down()).text).toBe("The venue cannot be reached. It is tried again.");
  });
});
