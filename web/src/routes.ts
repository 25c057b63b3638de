/** All pages. Each area is loaded when it is first gone to. */
import { createRouter } from "sv-router";
import { account } from "./routes/account/routes";
import { data } from "./routes/data/routes";
import { ops } from "./routes/ops/routes";

export const { p, navigate, isActive, route } = createRouter({
  "/": () => import("./routes/home/Home.svelte"),
  "/trade": () => import("./routes/trade/LastPair.svelte"),
  "/trade/:symbol": () => import("./routes/trade/Trade.svelte"),
  "/data": data,
  "/account": account,
  "/ops": ops,
  "/rules": () => import("./routes/rules/Rules.svelte"),
  "/rules/:chapter": () => import("./routes/rules/Rules.svelte"),
  "*": () => import("./routes/home/Missing.svelte"),
});
