import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { session } from "$lib/session.svelte";
import Register from "../../src/routes/account/door/Register.svelte";
import SignIn from "../../src/routes/account/door/SignIn.svelte";
import { tokenOf, tokenOfPage } from "../../src/routes/account/door/mails";
import { Refused, answering, sent, type Asked } from "./wire";

const COUNTRIES = [
  { country: "CH", isRegistrationOffered: true, isMarginOffered: true, isProOffered: true },
  { country: "GB", isRegistrationOffered: true, isMarginOffered: false, isProOffered: false },
  { country: "US", isRegistrationOffered: false, isMarginOffered: false, isProOffered: false },
];
const SIGN_IN = "POST /account/v1/sign-in";
const REGISTER = "POST /account/v1/register";

/** Nobody is signed in, whatever other tests on the same page have left. */
beforeEach(() => void Object.assign(session, { user: null, standing: null }));
afterEach(() => vi.unstubAllGlobals());

async function typeIn(mail: string, password: string) {
  const user = userEvent.setup();
  await user.clear(screen.getByLabelText("Mail address"));
  await user.type(screen.getByLabelText("Mail address"), mail);
  await user.type(screen.getByLabelText("Password"), password);
  return user;
}

describe("signing in", () => {
  it("asks for a code only when one is needed, and sends it then", async () => {
    const all = answering({
      [SIGN_IN]: ({ body }: Asked) => new Refused(401, body.code ? -70008 : -70007, "no"),
    });
    render(SignIn);
    const user = await typeIn("alice@example.org", "correct horse");
    expect(screen.queryByLabelText("Authenticator code")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    await user.type(await screen.findByLabelText("Authenticator code"), "123 456");
    expect(screen.queryByRole("alert")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect((await screen.findByRole("alert")).textContent).toContain("This code is wrong");
    expect(sent(all, SIGN_IN).map((each) => each.body.code)).toEqual(["", "123456"]);
    expect(screen.getByLabelText("Authenticator code").getAttribute("aria-invalid")).toBe("true");
    expect((screen.getByLabelText("Password") as HTMLInputElement).value).toBe("correct horse");
  });

  it("says of wrong credentials next to the password, and no longer once it is typed anew", async () => {
    answering({ [SIGN_IN]: new Refused(401, -70006, "mail or password is wrong") });
    render(SignIn);
    const user = await typeIn("alice@example.org", "wrong");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    const password = screen.getByLabelText("Password");
    await vi.waitFor(() => expect(password.getAttribute("aria-invalid")).toBe("true"));
    expect(document.activeElement).toBe(password);
    await user.type(password, "!");
    expect(password.getAttribute("aria-invalid")).toBe("false");
  });
});

describe("registering", () => {
  it("sends nothing while a field is empty, and says which", async () => {
    const all = answering({ "GET /public/v1/countries": COUNTRIES });
    render(Register);
    await screen.findByLabelText("Country of residence");
    await userEvent.click(screen.getByRole("button", { name: "Register" }));
    expect(screen.getAllByText("This is needed.").length).toBeGreaterThanOrEqual(2);
    expect(sent(all, REGISTER)).toEqual([]);
  });

  it("sends once however often the button is pressed", async () => {
    let answer = (_: unknown) => {};
    const all = answering({
      "GET /public/v1/countries": COUNTRIES,
      [REGISTER]: () => new Promise((done) => (answer = done)),
    });
    render(Register);
    await userEvent.selectOptions(await screen.findByLabelText("Country of residence"), "CH");
    const user = await typeIn("alice@example.org", "correct horse battery");
    const button = screen.getByRole("button", { name: "Register" });
    await user.click(button);
    await user.click(button);
    await user.keyboard("{Enter}");
    answer(new Refused(400, -70005, "a password has 10 to 256 characters"));
    expect(await screen.findByText("A password has 10 to 256 characters.")).toBeTruthy();
    expect(sent(all, REGISTER)).toHaveLength(1);
  });

  it("tells beforehand what is not offered in a country", async () => {
    answering({ "GET /public/v1/countries": COUNTRIES });
    render(Register);
    const countries = await screen.findByLabelText("Country of residence");
    await userEvent.selectOptions(countries, "US");
    expect(screen.getByText("Leverline is not offered in United States.")).toBeTruthy();
    await userEvent.selectOptions(countries, "GB");
    expect(screen.getByText(/margin is not offered/)).toBeTruthy();
  });
});

describe("a token", () => {
  it("is the last word of a mail that has one", () => {
    expect(
      tokenOf("Open this page:\n\nhttp://v/account/confirm?token=aB\n\nOr type this token in there:\n\naB\n"),
    ).toBe("aB");
    expect(tokenOf("Somebody tried to register this address.\n")).toBe("");
  });

  it("is taken out of the address that it came with", () => {
    history.replaceState(null, "", "/account/confirm?token=abc");
    expect(tokenOfPage()).toBe("abc");
    expect(location.search).toBe("");
  });
});
