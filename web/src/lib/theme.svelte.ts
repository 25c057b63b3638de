import { Stored } from "./stored.svelte";

export type Theme = "dark" | "light";

const prefersLight = () => typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: light)").matches;
const chosen = new Stored<string>("theme", "");

/** The colours: the user's choice, else the system's. */
export const theme = {
  get value(): Theme {
    return chosen.value === "dark" || chosen.value === "light" ? chosen.value : prefersLight() ? "light" : "dark";
  },
  toggle(): void {
    chosen.value = this.value === "dark" ? "light" : "dark";
    this.apply();
  },
  apply(): void {
    document.documentElement.dataset.theme = this.value;
  },
};
