"""Aggregated trades: the fills of one taker order at one price under one command, as one trade."""

from typing import Final

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.pages import EVER
from leverline.history.rows import PackedRows, high, low, whole
from leverline.market.events import Trade

ID: Final = 0
TIME: Final = 1
QUANTITY_HIGH: Final = 3
QUANTITY_LOW: Final = 4
LAST_ID: Final = 6
WIDTH: Final = 8


class AggregateTrade(msgspec.Struct, array_like=True, gc=False):
    """The trades `first_id` to `last_id`; `aggregate_id` counts from 0 in each pair."""

    aggregate_id: int
    time: int
    price: int
    quantity: int
    first_id: int
    last_id: int
    is_buyer_maker: bool


class Aggregates:
    """Each pair's aggregated trades, at most `capacity` and a little more of the newest."""

    def __init__(self, capacity: int) -> None:
        self.capacity: int = capacity
        self.pairs: dict[str, PackedRows] = {}
        self.touched: dict[str, int] = {}
        """Pair → number of its first aggregated trade under this command."""
        self._taker: int = 0
        """Taker order of the newest trade under this command, 0 before the first."""
        self._price: int = 0

    def begin(self) -> None:
        """Begin a command: its trades merge with none before it."""
        if self.touched:
            self.touched = {}
            self._taker = 0

    def add(self, trade: Trade) -> None:
        """Append a trade, or merge it with the one before."""
        pair = trade.pair
        rows = self.pairs.get(pair)
        if rows is None:
            rows = self.pairs[pair] = PackedRows(WIDTH, self.capacity)
        if self._taker == trade.taker_order and self._price == trade.price:
            newest = rows.end - 1
            quantity = trade.quantity + whole(rows.get(newest, QUANTITY_HIGH), rows.get(newest, QUANTITY_LOW))
            rows.amend(QUANTITY_HIGH, high(quantity))
            rows.amend(QUANTITY_LOW, low(quantity))
            rows.amend(LAST_ID, trade.trade_id)
            return
        self._taker = trade.taker_order
        self._price = trade.price
        self.touched.setdefault(pair, rows.end)
        quantity, trade_id = trade.quantity, trade.trade_id
        rows.append(
            (
                rows.end, trade.time, trade.price, high(quantity), low(quantity), trade_id, trade_id,
                int(trade.is_buyer_maker),
            )
        )  # fmt: skip

    def oldest(self, pair: str) -> AggregateTrade | None:
        """Return the oldest one here where older ones are no longer; None where none has gone."""
        rows = self.pairs.get(pair)
        return _aggregates(rows, rows.begin, rows.begin + 1)[0] if rows is not None and rows.is_cut else None

    def count(self, pair: str) -> int:
        """Return how many there have been: the newest has the number before that."""
        rows = self.pairs.get(pair)
        return 0 if rows is None else rows.end

    def of_last_commit(self, pair: str) -> list[AggregateTrade]:
        """Return what the last command brought, oldest first."""
        first = self.touched.get(pair)
        if first is None:
            return []
        rows = self.pairs[pair]
        return _aggregates(rows, max(first, rows.begin), rows.end)

    def newest(self, pair: str, limit: int) -> list[AggregateTrade]:
        """Return the newest, oldest first."""
        rows = self.pairs.get(pair)
        return [] if rows is None else _aggregates(rows, max(rows.end - limit, rows.begin), rows.end)

    def from_id(self, pair: str, aggregate_id: int, limit: int) -> list[AggregateTrade]:
        """Return the first ones with this id or a higher one, by rising id."""
        rows = self.pairs.get(pair)
        if rows is None:
            return []
        first = rows.find(ID, aggregate_id)
        return _aggregates(rows, first, min(first + limit, rows.end))

    def within(self, pair: str, since: int = 0, until: int = EVER, limit: int = 500) -> list[AggregateTrade]:
        """Return the first ones of a window of time, both ends included."""
        rows = self.pairs.get(pair)
        if rows is None:
            return []
        first = rows.find(TIME, since)
        return _aggregates(rows, first, min(first + limit, rows.find(TIME, until + 1)))

    def save(self) -> bytes:
        """Return all of it as bytes."""
        return encode({pair: rows.save() for pair, rows in self.pairs.items()})

    def load(self, data: bytes) -> None:
        """Know what `save` made `data` of."""
        self.begin()
        self.pairs = {}
        for pair, body in decode(data, dict[str, bytes]).items():
            self.pairs[pair] = PackedRows(WIDTH, self.capacity)
            self.pairs[pair].load(body)


def _aggregates(rows: PackedRows, first: int, last: int) -> list[AggregateTrade]:
    """Return the rows with `first` ≤ number < `last`."""
    found: list[AggregateTrade] = []
    for number in range(first, last):
        aggregate_id, time, price, quantity_high, quantity_low, first_id, last_id, is_buyer_maker = rows.row(number)
        quantity = whole(quantity_high, quantity_low)
        found.append(AggregateTrade(aggregate_id, time, price, quantity, first_id, last_id, bool(is_buyer_maker)))
    return found
