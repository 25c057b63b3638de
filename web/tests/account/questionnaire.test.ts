import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import Questionnaire from "../../src/routes/account/start/Questionnaire.svelte";
import { Refused, answering, sent } from "./wire";

const DRAW = {
  attemptId: 7,
  kind: "margin",
  expires: 1_800_000_000_000,
  questions: [
    { text: "What is owed?", choices: ["The asset borrowed", "Always USDT"] },
    { text: "Who sells?", choices: ["The user", "Nobody", "The venue"] },
  ],
};
const BEGIN = "POST /account/v1/questionnaires";
const ANSWER = "POST /account/v1/questionnaires/answer";

afterEach(() => vi.unstubAllGlobals());

async function begun(ondone = vi.fn()) {
  render(Questionnaire, { kind: "margin", isDone: false, ondone });
  await userEvent.click(screen.getByRole("button", { name: "Begin" }));
  await screen.findByText("1. What is owed?");
  return ondone;
}

const handIn = () => userEvent.click(screen.getByRole("button", { name: "Hand in the answers" }));

it("is not handed in while a question is open, and says which", async () => {
  const all = answering({ [BEGIN]: DRAW });
  await begun();
  await userEvent.click(screen.getByLabelText("Always USDT"));
  await handIn();
  expect(screen.getAllByText("Choose an answer.")).toHaveLength(1);
  expect(sent(all, ANSWER)).toEqual([]);
  expect((screen.getByLabelText("Always USDT") as HTMLInputElement).checked).toBe(true);
});

it("is handed in as numbers of choices; passed, it is done", async () => {
  const all = answering({ [BEGIN]: DRAW, [ANSWER]: { isPassed: true, rulesToRead: [] } });
  const ondone = await begun();
  await userEvent.click(screen.getByLabelText("The asset borrowed"));
  await userEvent.click(screen.getByLabelText("The venue"));
  await handIn();
  await vi.waitFor(() => expect(ondone).toHaveBeenCalledOnce());
  expect(sent(all, ANSWER)[0]?.body).toEqual({ attemptId: 7, answers: [0, 2] });
});

it("names the rules to read when it is failed, and draws anew", async () => {
  const all = answering({ [BEGIN]: DRAW, [ANSWER]: { isPassed: false, rulesToRead: ["3.3", "11.1"] } });
  const ondone = await begun();
  await userEvent.click(screen.getByLabelText("Always USDT"));
  await userEvent.click(screen.getByLabelText("Nobody"));
  await handIn();
  const rule = await screen.findByRole("link", { name: "Rule 11.1" });
  expect(rule.getAttribute("href")).toBe("/rules/11#rule-11.1");
  expect(ondone).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: /Try again/ }));
  await screen.findByText("1. What is owed?");
  expect(sent(all, BEGIN)).toHaveLength(2);
  expect((screen.getByLabelText("Always USDT") as HTMLInputElement).checked).toBe(false);
});

it("that is over says so and can be begun anew", async () => {
  answering({ [BEGIN]: DRAW, [ANSWER]: new Refused(409, -70022, "this attempt has expired: begin anew") });
  await begun();
  await userEvent.click(screen.getByLabelText("Always USDT"));
  await userEvent.click(screen.getByLabelText("Nobody"));
  await handIn();
  expect((await screen.findByRole("alert")).textContent).toContain("begin anew");
  expect(screen.getByRole("button", { name: "Begin" })).toBeTruthy();
});
