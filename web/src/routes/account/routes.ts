/** The pages of the account. */
export const account = {
  "/": () => import("./Overview.svelte"),
  layout: () => import("./Layout.svelte"),
};
