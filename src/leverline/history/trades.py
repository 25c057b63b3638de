"""Market trades: the newest of each pair, by id and by time."""

from typing import Final

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.pages import EVER
from leverline.history.rows import PackedRows, high, low, whole
from leverline.market.events import Trade

ID: Final = 0
TIME: Final = 1
WIDTH: Final = 8


class MarketTrade(msgspec.Struct, array_like=True, gc=False):
    """One fill as everybody sees it: price, quantity and quote of 10⁻⁸."""

    trade_id: int
    time: int
    price: int
    quantity: int
    quote: int
    is_buyer_maker: bool


class MarketTrades:
    """Each pair's trades, at most `capacity` and a little more of the newest."""

    def __init__(self, capacity: int) -> None:
        self.capacity: int = capacity
        self.pairs: dict[str, PackedRows] = {}

    def add(self, trade: Trade) -> None:
        """Append a trade."""
        rows = self.pairs.get(trade.pair)
        if rows is None:
            rows = self.pairs[trade.pair] = PackedRows(WIDTH, self.capacity)
        quantity, quote = trade.quantity, trade.quote_amount
        rows.append(
            (
                trade.trade_id, trade.time, trade.price, high(quantity), low(quantity), high(quote), low(quote),
                int(trade.is_buyer_maker),
            )
        )  # fmt: skip

    def oldest(self, pair: str) -> MarketTrade | None:
        """Return the oldest trade here where older ones are no longer; None where none has gone."""
        rows = self.pairs.get(pair)
        return _trades(rows, rows.begin, rows.begin + 1)[0] if rows is not None and rows.is_cut else None

    def last(self, pair: str) -> MarketTrade | None:
        """Return the newest trade, or None."""
        found = self.newest(pair, 1)
        return found[0] if found else None

    def newest(self, pair: str, limit: int) -> list[MarketTrade]:
        """Return the newest trades, oldest first."""
        rows = self.pairs.get(pair)
        return [] if rows is None else _trades(rows, max(rows.end - limit, rows.begin), rows.end)

    def from_id(self, pair: str, trade_id: int, limit: int) -> list[MarketTrade]:
        """Return the first trades with this id or a higher one, by rising id."""
        rows = self.pairs.get(pair)
        if rows is None:
            return []
        first = rows.find(ID, trade_id)
        return _trades(rows, first, min(first + limit, rows.end))

    def within(self, pair: str, since: int, until: int = EVER, limit: int = 500) -> list[MarketTrade]:
        """Return the first trades of a window of time, both ends included."""
        rows = self.pairs.get(pair)
        if rows is None:
            return []
        first = rows.find(TIME, since)
        return _trades(rows, first, min(first + limit, rows.find(TIME, until + 1)))

    def save(self) -> bytes:
        """Return all trades as bytes."""
        return encode({pair: rows.save() for pair, rows in self.pairs.items()})

    def load(self, data: bytes) -> None:
        """Know the trades that `save` made `data` of."""
        self.pairs = {}
        for pair, body in decode(data, dict[str, bytes]).items():
            self.pairs[pair] = PackedRows(WIDTH, self.capacity)
            self.pairs[pair].load(body)


def _trades(rows: PackedRows, first: int, last: int) -> list[MarketTrade]:
    """Return the rows with `first` ≤ number < `last` as trades."""
    found: list[MarketTrade] = []
    for number in range(first, last):
        trade_id, time, price, quantity_high, quantity_low, quote_high, quote_low, is_buyer_maker = rows.row(number)
        quantity, quote = whole(quantity_high, quantity_low), whole(quote_high, quote_low)
        found.append(MarketTrade(trade_id, time, price, quantity, quote, bool(is_buyer_maker)))
    return found
