import { describe, expect, it, vi } from "vitest";
import { Down, Refusal } from "$api";
import { Form, needed } from "$lib/form.svelte";

const refused = (code: number, told: string) => new Refusal(400, code, told);

describe("a form", () => {
  it("is not sent while something is wrong, and says what", async () => {
    const form = new Form();
    const sent = vi.fn();
    expect(await form.submit(() => needed({ mail: " ", password: "x" }), sent)).toBe(false);
    expect(form.faults).toEqual({ mail: "This is needed." });
    expect(sent).not.toHaveBeenCalled();
  });

  it("is never sent twice", async () => {
    const form = new Form();
    let answer = () => {};
    const sent = vi.fn(() => new Promise<void>((done) => (answer = done)));
    const first = form.submit(() => ({}), sent);
    expect(await form.submit(() => ({}), sent)).toBe(false);
    answer();
    expect(await first).toBe(true);
    expect(sent).toHaveBeenCalledOnce();
  });

  it("shows a refusal next to the field that it is about", async () => {
    const form = new Form();
    form.fields.add("quantity");
    await form.submit(
      () => ({}),
      () =>
        Promise.reject(refused(-1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.")),
    );
    expect(form.faults).toEqual({ quantity: "Please check this value." });
    expect(form.fault).toBe("");
  });

  it("shows a refusal of a field that it has not got above all", async () => {
    const form = new Form();
    await form.submit(
      () => ({}),
      () => Promise.reject(refused(-3045, "The system doesn't have enough asset now.")),
    );
    expect(form.fault).toBe("The lending pool does not have so much now.");
  });

  it("can be sent again after a refusal", async () => {
    const form = new Form();
    await form.submit(
      () => ({}),
      () => Promise.reject(refused(-1008, "busy")),
    );
    expect(form.isSending).toBe(false);
    expect(
      await form.submit(
        () => ({}),
        () => Promise.resolve(),
      ),
    ).toBe(true);
    expect(form.fault).toBe("");
  });

  it("says of what was not answered that nobody knows whether it was done", async () => {
    const form = new Form();
    const fails = (fault: Error) =>
      form.submit(
        () => ({}),
        () => Promise.reject(fault),
      );
    await fails(new Down(true));
    expect(form.fault).toContain("look whether this was done before you send it again");
    await fails(new Down());
    expect(form.fault).toBe("The venue cannot be reached. It is tried again.");
  });
});
