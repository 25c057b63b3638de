/**
 * All that a page shows of one pair's market. Streams only fill buffers; once a frame the versions move on, and what is
 * made of the buffers is made anew.
 */
import { Refusal, get, type Answer } from "$api";
import { feed } from "$lib/feed.svelte";
import { clock } from "$lib/format";
import { forgetPaint, paintSoon } from "$lib/frame";
import { explain } from "$lib/refusals";
import { venue } from "$lib/venue.svelte";
import { compare, type Decimal } from "$lib/decimal";
import { pair } from "../pair.svelte";
import { LiveBook } from "./live_book";
import { Tape, type TradeMessage } from "./tape";

export type PairTold = Answer<"/public/v1/pair">;
type MarketTrade = PairTold["trades"][number];

/** The statistics of 24 hours. */
export interface Day {
  change: Decimal;
  changePercent: Decimal;
  high: Decimal;
  low: Decimal;
  volume: Decimal;
  quoteVolume: Decimal;
}
interface TickerMessage {
  c: Decimal;
  p: Decimal;
  P: Decimal;
  h: Decimal;
  l: Decimal;
  v: Decimal;
  q: Decimal;
}

const UNKNOWN_PAIR = -1121;
const REFRESH_MS = 60_000;
const TRADES = 50;
/** All rows of the tape move with each trade: more often than this nobody could read them. */
const TAPE_MS = 100;

export class Market {
  readonly symbol: string;
  readonly live: LiveBook;
  readonly tape = new Tape(TRADES);
  told = $state.raw<PairTold | null>(null);
  day = $state.raw<Day | null>(null);
  /** Whether the last trade was at a higher price than the one before. */
  direction = $state<"up" | "down" | "">("");
  isUnknown = $state(false);
  fault = $state("");
  /** Moves on with each frame in which the book, or the tape, has changed. */
  bookVersion = $state(0);
  tapeVersion = $state(0);
  #paints = 0;
  #tapePainted = -TAPE_MS;
  #ends: (() => void)[] = [];
  #abort: AbortController | undefined;

  constructor(symbol: string) {
    this.symbol = symbol;
    Object.assign(pair, { facts: null, last: null, index: null, bestBid: null, bestAsk: null });
    this.live = new LiveBook(symbol, () => paintSoon(this.#paintBook));
    const name = symbol.toLowerCase();
    this.#listen(`${name}@trade`, (message: TradeMessage) => this.#trade(message), true);
    this.#listen(`${name}@ticker`, (message: TickerMessage) => this.#ticker(message));
    this.#listen(`${name}@referencePrice`, ({ r }: { r: Decimal | null }) => (pair.index = r));
    const timer = setInterval(() => document.hidden || void this.load(), REFRESH_MS);
    this.#ends.push(
      venue.onBack(() => void this.load()),
      () => clearInterval(timer),
    );
    void this.load();
  }

  end(): void {
    this.#ends.forEach((end) => end());
    this.live.end();
    this.#abort?.abort();
    forgetPaint(this.#paintBook);
    forgetPaint(this.#paintTape);
  }

  /** Asks all that the venue tells of the pair. */
  async load(): Promise<void> {
    this.#abort?.abort();
    const { signal } = (this.#abort = new AbortController());
    try {
      const told = await get("/public/v1/pair", { symbol: this.symbol }, { signal });
      if (!signal.aborted) this.#tell(told);
    } catch (fault) {
      if (signal.aborted) return;
      this.isUnknown = fault instanceof Refusal && fault.code === UNKNOWN_PAIR;
      this.fault = explain(fault).text;
    }
  }

  /** What is quiet for long is no fault of a stream that tells trades; the others speak each second. */
  #listen(stream: string, onMessage: (data: never) => void, isGapLoaded = false): void {
    const onGap = isGapLoaded ? () => void this.load() : undefined;
    this.#ends.push(feed.listen(stream, { onMessage, onGap, isSteady: !isGapLoaded }));
  }

  #tell(told: PairTold): void {
    const isFirst = this.told === null;
    this.told = told;
    this.fault = "";
    this.day ??= {
      change: told.priceChange,
      changePercent: told.priceChangePercent,
      high: told.highPrice,
      low: told.lowPrice,
      volume: told.volume,
      quoteVolume: told.quoteVolume,
    };
    const facts = factsOf(told);
    // The desk starts anew with new facts, and they seldom change.
    if (JSON.stringify(facts) !== JSON.stringify(pair.facts)) pair.facts = facts;
    if (isFirst) pair.index = told.indexPrice;
    pair.last ??= told.lastPrice;
    this.tape.fill(told.trades.map(tapeTradeOf));
    paintSoon(this.#paintTape);
  }

  #trade(message: TradeMessage): void {
    this.tape.take(message);
    paintSoon(this.#paintTape);
  }

  #ticker(message: TickerMessage): void {
    this.day = {
      change: message.p,
      changePercent: message.P,
      high: message.h,
      low: message.l,
      volume: message.v,
      quoteVolume: message.q,
    };
    if (this.tape.trades.length === 0) pair.last = message.c;
  }

  #paintBook = () => {
    pair.bestBid = this.live.book.bids[0]?.price ?? null;
    pair.bestAsk = this.live.book.asks[0]?.price ?? null;
    this.bookVersion = ++this.#paints;
  };

  #paintTape = () => {
    const now = performance.now();
    if (now - this.#tapePainted < TAPE_MS) return paintSoon(this.#paintTape);
    this.#tapePainted = now;
    const [newest] = this.tape.trades;
    if (newest && newest.price !== pair.last) {
      this.direction = pair.last === null ? "" : compare(newest.price, pair.last) < 0 ? "down" : "up";
      pair.last = newest.price;
    }
    this.tapeVersion = ++this.#paints;
  };
}

function tapeTradeOf(trade: MarketTrade) {
  const { id, price, qty, time, isBuyerMaker } = trade;
  return { id, price, quantity: qty, clock: clock(time), isSale: isBuyerMaker };
}

function factsOf(told: PairTold) {
  return {
    symbol: told.symbol,
    base: told.base,
    quote: told.quote,
    status: told.status,
    tick: told.tickSize,
    step: told.stepSize,
    minQuantity: told.minQty,
    minNotional: told.minNotional,
    isCross: told.isCross,
    isIsolated: told.isIsolated,
    isolatedLeverage: told.isolatedLeverage,
  };
}
