import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { venue } from "$lib/venue.svelte";
import { watchPages } from "../../src/shell/pages.svelte";

const page = $state({ pathname: "/account" });
vi.mock("../../src/routes", () => ({
  route: {
    get pathname() {
      return page.pathname;
    },
  },
}));

const HERE = "https://venue.example/account#keys";
const place = { href: HERE, assign: vi.fn(), reload: vi.fn() };
let back: () => void;
let end: () => void;

beforeEach(() => {
  vi.stubGlobal("location", place);
  place.assign.mockReset();
  place.reload.mockReset();
  vi.spyOn(venue, "lost").mockImplementation(() => {});
  vi.spyOn(venue, "onBack").mockImplementation((listener) => ((back = listener), () => true));
  document.body.innerHTML = `
    <a id="data" href="https://venue.example/data">Data</a>
    <a id="rules" href="https://venue.example/rules" target="_blank">Rules</a>
    <a id="file" href="https://venue.example/file" download>File</a>
    <a id="main" href="#main">Skip</a>
    <input />`;
  document.body.onclick = (event) => event.preventDefault();
  end = $effect.root(() => {
    $effect(watchPages);
  });
  flushSync();
});
afterEach(() => {
  end();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const click = (id: string, how: MouseEventInit = {}) =>
  document.getElementById(id)!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...how }));
const type = () => document.querySelector("input")!.dispatchEvent(new Event("input", { bubbles: true }));
function fail() {
  const reason = new TypeError("Failed to fetch dynamically imported module: /assets/Data.js");
  dispatchEvent(Object.assign(new Event("unhandledrejection", { cancelable: true }), { reason }));
}
function arrive(pathname: string) {
  page.pathname = pathname;
  flushSync();
}
const left = () => [place.assign.mock.calls.flat(), place.reload.mock.calls.length];

describe("a page that could not be fetched", () => {
  it("is gone to once the venue is back, and once only", () => {
    click("data");
    fail();
    back();
    back();
    expect(left()).toEqual([["https://venue.example/data"], 0]);
  });

  it("is the one at this address if no link was followed", () => {
    fail();
    back();
    expect(left()).toEqual([[], 1]);
  });

  it("is not one that came up long ago", () => {
    click("data");
    arrive("/data");
    fail();
    back();
    expect(left()).toEqual([[], 1]);
  });

  it("is not one that was opened elsewhere", () => {
    click("rules");
    click("file");
    click("main");
    click("data", { ctrlKey: true });
    click("data", { button: 1 });
    fail();
    back();
    expect(left()).toEqual([[], 1]);
  });

  it("is not gone to when something was typed since, nor when another came up", () => {
    click("data");
    fail();
    type();
    back();
    click("data");
    fail();
    arrive("/ops");
    back();
    expect(left()).toEqual([[], 0]);
  });

  it("does not cost a form that was being filled in", () => {
    type();
    fail();
    back();
    expect(left()).toEqual([[], 0]);
  });
});
