/** The pages of margin data. */
export const data = {
  "/": () => import("./Overview.svelte"),
  layout: () => import("./Layout.svelte"),
};
