/** How index prices are shown: their last decimals are noise to the eye. */
import { fixed, isDecimal, type Decimal } from "$lib/decimal";
import { number } from "$lib/format";

const PLACES = 8;

export const indexPrice = (price: Decimal | null | undefined): string =>
  number(price && isDecimal(price) ? fixed(price, PLACES) : price);
