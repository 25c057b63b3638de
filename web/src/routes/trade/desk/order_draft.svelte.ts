/** An order as it is being typed: price, quantity and total tied together, and what is wrong with it. */
import {
  compare,
  divide,
  fixed,
  floorTo,
  isZero,
  multiply,
  places,
  plain,
  readTyped,
  type Decimal,
} from "$lib/decimal";
import { number } from "$lib/format";
import { isMargin, type Place } from "$lib/place";
import { amountFault, faultsOf } from "$lib/typed";
import type { PairFacts } from "../pair.svelte";
import { KINDS, type Effect, type OrderKind } from "./order_kinds";

export type Side = "BUY" | "SELL";
type Parameters = Record<string, string | number | boolean | undefined>;
const TOTAL_PLACES = 8;

export class OrderDraft {
  side = $state<Side>("BUY");
  kind = $state<OrderKind>("LIMIT");
  effect = $state<Effect>("NO_SIDE_EFFECT");
  price = $state("");
  quantity = $state("");
  total = $state("");
  stopPrice = $state("");
  /** OCO: the price of the limit order that its stop becomes; a market order without one. */
  stopLimitPrice = $state("");
  trailingDelta = $state("");
  /** LIMIT: prices at which the position is closed again, once the order is filled. */
  takeProfit = $state("");
  stopLoss = $state("");
  hasExit = $state(false);
  icebergQty = $state("");
  timeInForce = $state("GTC");
  selfTrade = $state("");
  autoRepayAtCancel = $state(true);
  /** How much of what is there the slider takes, in per cent. */
  share = $state(0);
  /** Which of the two was typed last: the other one follows. */
  #typed: "quantity" | "total" = "quantity";

  get asks() {
    return KINDS[this.kind];
  }
  get isBuy(): boolean {
    return this.side === "BUY";
  }
  /** A market order by what is given or received of the quote. */
  get isByQuote(): boolean {
    return this.#typed === "total" && this.kind === "MARKET";
  }

  /** A trailing order may have one, from where it follows the price. */
  get #hasTrigger(): boolean {
    return this.asks.hasStop || this.kind === "TRAILING";
  }

  typePrice(text: string, facts: PairFacts, last: Decimal | null): void {
    this.price = text;
    this.#tie(facts, last);
  }
  typeQuantity(text: string, facts: PairFacts, last: Decimal | null): void {
    this.quantity = text;
    this.#typed = "quantity";
    this.share = 0;
    this.#tie(facts, last);
  }
  typeTotal(text: string, facts: PairFacts, last: Decimal | null): void {
    this.total = text;
    this.#typed = "total";
    this.share = 0;
    this.#tie(facts, last);
  }
  /** Takes a share of what is there: of the quote if it buys, of the base if it sells. */
  slide(share: number, available: Decimal, facts: PairFacts, last: Decimal | null): void {
    const part = divide(multiply(available, String(share)), "100");
    if (this.isBuy) this.typeTotal(plain(fixed(part, TOTAL_PLACES)), facts, last);
    else this.typeQuantity(plain(floorTo(part, facts.step)), facts, last);
    this.share = share;
  }
  choose(kind: OrderKind, facts: PairFacts, last: Decimal | null): void {
    this.kind = kind;
    if (kind !== "MARKET") this.#typed = "quantity";
    this.#tie(facts, last);
  }

  /** Trades so much at the market, closes with it what is open, and borrows for the rest. */
  reverse(quantity: Decimal, facts: PairFacts, last: Decimal | null): void {
    this.choose("MARKET", facts, last);
    this.effect = "AUTO_BORROW_REPAY";
    this.typeQuantity(quantity, facts, last);
  }

  /** The price by which quantity and total are tied; null where nobody knows it. */
  reference(last: Decimal | null): Decimal | null {
    if (this.asks.hasPrice) return readTyped(this.price);
    return this.asks.hasStop ? (readTyped(this.stopPrice) ?? last) : last;
  }

  #tie(facts: PairFacts, last: Decimal | null): void {
    const price = this.reference(last);
    if (price === null || isZero(price)) return;
    const quantity = readTyped(this.quantity);
    const total = readTyped(this.total);
    if (this.#typed === "quantity")
      this.total = quantity === null ? "" : plain(fixed(multiply(price, quantity), TOTAL_PLACES));
    else this.quantity = total === null ? "" : plain(floorTo(divide(total, price), facts.step));
  }

  /** What is wrong, by field. `available` is what may be given, null where that is not known. */
  faults(facts: PairFacts, available: Decimal | null, last: Decimal | null): Record<string, string> {
    const price = { step: facts.tick };
    const isExit = this.hasExit && this.kind === "LIMIT";
    return faultsOf({
      price: this.asks.hasPrice ? amountFault(this.price, price) : "",
      stopPrice: this.asks.hasStop || (this.#hasTrigger && this.stopPrice) ? amountFault(this.stopPrice, price) : "",
      stopLimitPrice: this.kind === "OCO" && this.stopLimitPrice ? amountFault(this.stopLimitPrice, price) : "",
      trailingDelta: this.kind === "TRAILING" ? amountFault(this.trailingDelta, { step: "0.01", unit: "%" }) : "",
      takeProfit: isExit && this.takeProfit ? amountFault(this.takeProfit, price) : "",
      stopLoss: isExit && this.stopLoss ? amountFault(this.stopLoss, price) : "",
      exit: isExit && !this.takeProfit && !this.stopLoss ? "Enter a price for at least one of them." : "",
      icebergQty: this.icebergQty ? amountFault(this.icebergQty, { step: facts.step }) : "",
      ...this.#sizeFaults(facts, available, last),
    });
  }

  #sizeFaults(facts: PairFacts, available: Decimal | null, last: Decimal | null): Record<string, string> {
    if (this.isByQuote) {
      const total = amountFault(this.total, { step: "0.00000001", least: facts.minNotional, unit: facts.quote });
      return { total: total || this.#lack("total", facts, available) };
    }
    const bounds = { step: facts.step, least: facts.minQuantity, unit: facts.base };
    const quantity = amountFault(this.quantity, bounds) || this.#lack("quantity", facts, available);
    if (quantity) return { quantity };
    const price = this.reference(last);
    const worth = price === null ? null : multiply(price, readTyped(this.quantity)!);
    const isSmall = worth !== null && compare(worth, facts.minNotional) < 0;
    return { total: isSmall ? `At least ${number(facts.minNotional)} ${facts.quote}.` : "" };
  }

  /** Says that there is not enough, if what is given is what was typed. */
  #lack(field: "quantity" | "total", facts: PairFacts, available: Decimal | null): string {
    if (available === null) return "";
    const given = readTyped(this.isBuy ? this.total : this.quantity);
    if (given === null || compare(given, available) <= 0 || (field === "total" && !this.isBuy)) return "";
    const asset = this.isBuy ? facts.quote : facts.base;
    return `Not enough: ${number(available)} ${asset} is there for it.`;
  }

  /** The members of the order that the preview and the order itself have in common. */
  parameters(symbol: string, place: Place): Parameters {
    const kind = this.kind === "OCO" ? "LIMIT_MAKER" : this.kind === "TRAILING" ? "STOP_LOSS" : this.kind;
    return {
      symbol,
      side: this.side,
      type: kind,
      timeInForce: this.asks.hasTimeInForce ? this.timeInForce : undefined,
      price: this.asks.hasPrice ? figure(this.price) : undefined,
      ...(this.isByQuote ? { quoteOrderQty: figure(this.total) } : { quantity: figure(this.quantity) }),
      stopPrice: this.#hasTrigger && this.kind !== "OCO" ? figure(this.stopPrice) : undefined,
      trailingDelta: this.kind === "TRAILING" ? inBasisPoints(this.trailingDelta) : undefined,
      icebergQty: this.asks.hasTimeInForce && this.timeInForce === "GTC" ? figure(this.icebergQty) : undefined,
      selfTradePreventionMode: this.selfTrade || undefined,
      ...this.marginParameters(place),
    };
  }

  marginParameters(place: Place): Parameters {
    if (!isMargin(place)) return {};
    return {
      sideEffectType: this.effect,
      autoRepayAtCancel:
        this.effect === "MARGIN_BUY" || this.effect === "AUTO_BORROW_REPAY" ? this.autoRepayAtCancel : undefined,
    };
  }

  /** Empties what was typed after it has been sent; the kind of order stays. */
  empty(): void {
    this.quantity = this.total = this.icebergQty = "";
    this.share = 0;
  }
}

const figure = (text: string): string | undefined => readTyped(text) ?? undefined;

/** A distance in per cent as the wire takes it, in basis points. */
export function inBasisPoints(text: string): number | undefined {
  const share = readTyped(text);
  return share === null ? undefined : parseInt(fixed(multiply(share, "100"), 0));
}

export const priceText = (value: Decimal, tick: Decimal): string => fixed(value, places(tick));
