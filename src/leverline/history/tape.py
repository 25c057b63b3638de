"""The tape: every market trade with the aggregated trade that it is part of, as a store keeps it."""

from collections.abc import Iterable, Iterator

import msgspec

from leverline.history.aggregates import Aggregates, AggregateTrade
from leverline.history.outbox import Outbox
from leverline.history.trades import MarketTrade, MarketTrades
from leverline.market.events import Trade


class TapedTrade(msgspec.Struct, array_like=True, gc=False):
    """One fill in the market. Price, quantity and quote of 10⁻⁸; both ids count by pair."""

    pair: str
    trade_id: int
    aggregate_id: int
    time: int
    price: int
    quantity: int
    quote: int
    is_buyer_maker: bool

    def market_trade(self) -> MarketTrade:
        """Return it as everybody sees it."""
        return MarketTrade(self.trade_id, self.time, self.price, self.quantity, self.quote, self.is_buyer_maker)


class Tape:
    """Tells a store of each trade; keeps nothing itself."""

    def __init__(self, trades: MarketTrades, aggregates: Aggregates) -> None:
        self.trades: MarketTrades = trades
        self.aggregates: Aggregates = aggregates
        self.outbox: Outbox | None = None
        """Who is told of each trade, under the name `stream`."""
        self.stream: str = ""

    def add(self, trade: Trade) -> None:
        """Tell of a trade that has just been aggregated."""
        if self.outbox is not None:
            pair, trade_id = trade.pair, trade.trade_id
            record = TapedTrade(
                pair, trade_id, self.aggregates.count(pair) - 1, trade.time, trade.price, trade.quantity,
                trade.quote_amount, trade.is_buyer_maker,
            )  # fmt: skip
            self.outbox.rows.append((self.stream, pair, trade_id, record))

    def numbered(self) -> Iterator[tuple[str, int, TapedTrade]]:
        """Yield pair, id and record of all trades of the aggregated ones that memory has whole, oldest first."""
        for pair in self.trades.pairs:
            for whole in self.aggregates.from_id(pair, 0, self.aggregates.count(pair)):
                found = self.trades.from_id(pair, whole.first_id, whole.last_id - whole.first_id + 1)
                if found and found[0].trade_id == whole.first_id:
                    yield from ((pair, each.trade_id, _taped(each, pair, whole.aggregate_id)) for each in found)


def aggregated(tape: Iterable[TapedTrade]) -> list[AggregateTrade]:
    """Return the aggregated trades that a stretch of one pair's tape makes, in its order."""
    found: list[AggregateTrade] = []
    for each in tape:
        if found and found[-1].aggregate_id == each.aggregate_id:
            found[-1].quantity += each.quantity
            found[-1].last_id = each.trade_id
        else:
            found.append(
                AggregateTrade(
                    each.aggregate_id, each.time, each.price, each.quantity, each.trade_id, each.trade_id,
                    each.is_buyer_maker,
                )
            )  # fmt: skip
    return found


def _taped(trade: MarketTrade, pair: str, aggregate_id: int) -> TapedTrade:
    """Return a trade of a pair with its place among the aggregated ones."""
    return TapedTrade(
        pair, trade.trade_id, aggregate_id, trade.time, trade.price, trade.quantity, trade.quote, trade.is_buyer_maker
    )
