/** What the house holds, from which fund and pools are supplied. */
import type { Answer } from "$api";
import type { Decimal } from "$lib/decimal";

export type House = Answer<"/operator/v1/house">;

/** Returns what the house holds of an asset; undefined while that is not known, or was not renewed. */
export const ofHouse = (house: { value: House | undefined; fault: string }, asset: string): Decimal | undefined =>
  house.value && !house.fault ? (house.value.assets[asset]?.house ?? "0") : undefined;
