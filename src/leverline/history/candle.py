"""One candle: what was traded in one stretch of time."""

from collections.abc import Iterable
from typing import Final

import msgspec

from leverline.history.rows import PackedRows, high, low, whole

NO_TRADE: Final = -1
"""First and last trade id of a candle without known trades."""

TIME: Final = 0
HIGH: Final = 2
LOW: Final = 3
VOLUME: Final = 5
QUOTE: Final = 7
TAKEN_BASE: Final = 9
TAKEN_QUOTE: Final = 11
COUNT: Final = 13
FIRST_ID: Final = 14
LAST_ID: Final = 15
WIDTH: Final = 16


class Candle(msgspec.Struct, array_like=True, gc=False):
    """Prices and amounts of 10⁻⁸; `time` is its beginning in microseconds."""

    time: int
    open: int
    high: int
    low: int
    close: int
    volume: int = 0
    """Base."""
    quote_volume: int = 0
    taker_base: int = 0
    """Base bought by takers."""
    taker_quote: int = 0
    count: int = 0
    first_id: int = NO_TRADE
    last_id: int = NO_TRADE

    def trade(self, trade_id: int, price: int, quantity: int, quote: int, is_buyer_maker: bool) -> None:
        """Count a trade in."""
        if price > self.high:
            self.high = price
        if price < self.low:
            self.low = price
        self.close = price
        self.volume += quantity
        self.quote_volume += quote
        if not is_buyer_maker:
            self.taker_base += quantity
            self.taker_quote += quote
        self.count += 1
        if self.first_id < 0:
            self.first_id = trade_id
        self.last_id = trade_id

    def merge(self, later: "Candle") -> None:
        """Count a later candle in."""
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.volume += later.volume
        self.quote_volume += later.quote_volume
        self.taker_base += later.taker_base
        self.taker_quote += later.taker_quote
        self.count += later.count
        if self.first_id < 0:
            self.first_id = later.first_id
        if later.last_id >= 0:
            self.last_id = later.last_id

    def beginning(self, time: int) -> "Candle":
        """Return the same candle as the first part of a longer one that begins at `time`."""
        return Candle(
            time, self.open, self.high, self.low, self.close, self.volume, self.quote_volume, self.taker_base,
            self.taker_quote, self.count, self.first_id, self.last_id,
        )  # fmt: skip

    def packed(self) -> tuple[int, ...]:
        """Return the candle as a row of machine words."""
        volume, quote, base_taken, quote_taken = self.volume, self.quote_volume, self.taker_base, self.taker_quote
        return (
            self.time, self.open, self.high, self.low, self.close,
            high(volume), low(volume), high(quote), low(quote),
            high(base_taken), low(base_taken), high(quote_taken), low(quote_taken),
            self.count, self.first_id, self.last_id,
        )  # fmt: skip


def flat(time: int, price: int) -> Candle:
    """Return a candle without trades at the price before it."""
    return Candle(time, price, price, price, price)


def unpacked(row: tuple[int, ...]) -> Candle:
    """Return the candle of a row."""
    return Candle(
        row[0], row[1], row[2], row[3], row[4],
        whole(row[5], row[6]), whole(row[7], row[8]), whole(row[9], row[10]), whole(row[11], row[12]),
        row[13], row[14], row[15],
    )  # fmt: skip


def merged(rows: PackedRows, first: int, last: int) -> Candle:
    """Return the rows of candles with `first` ≤ number < `last`, at least one, as one candle: column by column."""
    opening, closing = rows.row(first), rows.row(last - 1)
    return Candle(
        opening[TIME], opening[1], max(rows.column(HIGH, first, last)), min(rows.column(LOW, first, last)), closing[4],
        rows.amount(VOLUME, first, last), rows.amount(QUOTE, first, last), rows.amount(TAKEN_BASE, first, last),
        rows.amount(TAKEN_QUOTE, first, last), rows.total(COUNT, first, last),
        known_id(rows.column(FIRST_ID, first, last)), known_id(reversed(rows.column(LAST_ID, first, last))),
    )  # fmt: skip


def known_id(ids: Iterable[int]) -> int:
    """Return the first id of a trade: candles of a generated past have none."""
    return next((trade_id for trade_id in ids if trade_id >= 0), NO_TRADE)
