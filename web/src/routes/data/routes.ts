/** The pages of margin data. */
export const data = {
  "/": () => import("./Overview.svelte"),
  "/collateral": () => import("./Collateral.svelte"),
  "/loans": () => import("./Loans.svelte"),
  "/pro": () => import("./Pro.svelte"),
  "/isolated": () => import("./Isolated.svelte"),
  "/pools": () => import("./Pools.svelte"),
  "/index": () => import("./IndexPrice.svelte"),
  "/liquidations": () => import("./Liquidations.svelte"),
  "/insurance-fund": () => import("./Fund.svelte"),
  "/changes": () => import("./Changes.svelte"),
  "/fees": () => import("./Fees.svelte"),
  "/compare": () => import("./Compare.svelte"),
  layout: () => import("./Layout.svelte"),
};
