import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "../../src/api/faults";
import ActDialog from "../../src/routes/ops/parts/ActDialog.svelte";
import type { Act } from "../../src/routes/ops/parts/act";

// The dialog of the test's document knows neither of both.
beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});

function shown(more: Partial<Act> = {}, ondone = vi.fn()) {
  const send = vi.fn<(reason: string) => Promise<unknown>>(() => Promise.resolve());
  const act: Act = { title: "Stop", about: "All of it stops.", label: "Stop it", done: "Stopped.", send, ...more };
  render(ActDialog, { act, ondone });
  return { send: act.send as typeof send, ondone };
}
const press = (name: string) => userEvent.click(screen.getByText(name));
const type = (name: RegExp, text: string) => userEvent.type(screen.getByLabelText(name), text);

describe("the dialog of an act", () => {
  it("does nothing without a reason, and says so next to the field", async () => {
    const { send } = shown();
    await press("Stop it");
    expect(send).not.toHaveBeenCalled();
    expect(screen.getByLabelText(/Reason/).getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByRole("alert").textContent).toContain("Say why");
  });

  it("sends the reason once, however often it is pressed", async () => {
    let answer = () => {};
    const { send, ondone } = shown({ send: vi.fn(() => new Promise<void>((done) => (answer = done))) });
    await type(/Reason/, "  a drill ");
    await press("Stop it");
    await userEvent.keyboard("{Enter}");
    await press("Stop it");
    expect(send).toHaveBeenCalledExactlyOnceWith("a drill");
    expect(ondone).not.toHaveBeenCalled();
    answer();
    await vi.waitFor(() => expect(ondone).toHaveBeenCalledOnce());
    expect(screen.queryByText("All of it stops.")).toBeNull();
  });

  it("stays until the venue has answered: neither Escape nor a button takes it away", async () => {
    let answer = () => {};
    const send = vi.fn(() => new Promise<void>((done) => (answer = done)));
    shown({ send });
    await type(/Reason/, "a drill");
    await press("Stop it");
    (screen.getByRole("dialog", { hidden: true }) as HTMLDialogElement).close();
    await press("Cancel");
    expect(screen.getByText("All of it stops.")).toBeTruthy();
    expect((screen.getByRole("dialog", { hidden: true }) as HTMLDialogElement).open).toBe(true);
    answer();
    await vi.waitFor(() => expect(screen.queryByText("All of it stops.")).toBeNull());
  });

  it("wants the word of what hurts many", async () => {
    const { send } = shown({ word: "STOP", kind: "danger" });
    await type(/Reason/, "a drill");
    await type(/Type STOP/, "STO");
    await press("Stop it");
    expect(send).not.toHaveBeenCalled();
    await type(/Type STOP/, "P");
    await press("Stop it");
    expect(send).toHaveBeenCalledOnce();
  });

  it("keeps what was typed when it is refused, with the refusal in words", async () => {
    const refused = () => Promise.reject(new Refusal(400, -1130, "The act would change nothing."));
    const { ondone } = shown({ send: vi.fn(refused) });
    await type(/Reason/, "a drill");
    await press("Stop it");
    expect(screen.getByText("The act would change nothing.")).toBeTruthy();
    expect((screen.getByLabelText(/Reason/) as HTMLTextAreaElement).value).toBe("a drill");
    expect(ondone).not.toHaveBeenCalled();
  });

  it("lets an act go without a reason that needs none", async () => {
    const { send } = shown({ isReasonOptional: true });
    await press("Stop it");
    expect(send).toHaveBeenCalledExactlyOnceWith("");
  });
});
