/** The pages of operators. */
export const ops = {
  "/": () => import("./Overview.svelte"),
  layout: () => import("./Layout.svelte"),
};
