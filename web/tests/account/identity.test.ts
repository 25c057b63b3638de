import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import IdentityForm from "../../src/routes/account/start/IdentityForm.svelte";
import { Refused, answering, sent, type Asked } from "./wire";

const UPLOAD = "POST /account/v1/verification/documents";
const HAND_IN = "POST /account/v1/verification";
const FILE = new File(["%PDF-"], "passport.pdf", { type: "application/pdf" });
const props = () => ({ documents: [], onuploaded: vi.fn(), ondone: vi.fn() });
let uploaded: () => void;

afterEach(() => vi.unstubAllGlobals());

function venueThat(decides: unknown): Asked[] {
  return answering({
    "GET /public/v1/countries": [{ country: "CH", isRegistrationOffered: true, isMarginOffered: true }],
    [UPLOAD]: () => new Promise((resolve) => (uploaded = () => resolve({ documentId: 1 }))),
    [HAND_IN]: decides,
  });
}

/** As a browser does it; the field is written to when it is emptied. */
function choose(field: HTMLElement) {
  Object.defineProperty(field, "files", { value: [FILE], writable: true });
  field.dispatchEvent(new Event("change"));
}

async function fillIn() {
  const user = userEvent.setup();
  await screen.findByRole("option", { name: /Switzerland/ });
  await user.type(screen.getByLabelText("Full name, as in your document"), "Ada Lovelace");
  await user.type(screen.getByLabelText("Date of birth"), "1990-01-01");
  await user.selectOptions(screen.getByLabelText("Country of residence"), "CH");
  await user.type(screen.getByLabelText("Number of the document"), "X1");
  await user.type(screen.getByLabelText("Address"), "Street 1");
  choose(screen.getByLabelText("Picture of the document"));
  return user;
}

describe("handing in one's identity", () => {
  it("waits for an upload under way and sends the document once", async () => {
    const all = venueThat({});
    const told = props();
    render(IdentityForm, told);
    const user = await fillIn();
    await user.click(screen.getByRole("button", { name: "Upload" }));
    await user.click(screen.getByRole("button", { name: "Hand in" }));
    expect([sent(all, UPLOAD).length, sent(all, HAND_IN).length]).toEqual([1, 0]);
    uploaded();
    await vi.waitFor(() => expect(told.ondone).toHaveBeenCalledOnce());
    expect([sent(all, UPLOAD).length, sent(all, HAND_IN).length]).toEqual([1, 1]);
    expect(told.onuploaded).toHaveBeenCalledOnce();
  });

  it("that is refused tells of the document that is there all the same", async () => {
    venueThat(new Refused(400, -70021, "no"));
    const told = props();
    render(IdentityForm, told);
    const user = await fillIn();
    await user.click(screen.getByRole("button", { name: "Hand in" }));
    uploaded();
    await screen.findByRole("alert");
    expect(told.onuploaded).toHaveBeenCalledOnce();
    expect(told.ondone).not.toHaveBeenCalled();
  });
});
