import { describe, expect, it } from "vitest";
import { Down, Refusal } from "$api";
import { Resource } from "$lib/resource.svelte";

describe("what is loaded", () => {
  it("says why it was refused, and keeps what was loaded before", async () => {
    const answers: (() => Promise<string>)[] = [
      () => Promise.resolve("first"),
      () => Promise.reject(new Refusal(400, -1100, "no such thing")),
    ];
    const found = new Resource(() => answers.shift()!());
    await found.refresh();
    await found.refresh();
    expect([found.value, found.fault, found.isLoading]).toEqual(["first", "No such thing.", false]);
  });

  it("says nothing of a venue that is down: that is told once, above the page", async () => {
    const found = new Resource(() => Promise.reject(new Down()));
    await found.refresh();
    expect([found.value, found.fault, found.isLoading]).toEqual([undefined, "", false]);
  });
});
