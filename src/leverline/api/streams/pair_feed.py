"""Everything of one pair that streams tell as it happens or ten times a second: trades, best prices, the book."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from leverline.api.streams.book_feed import BookFeed, DepthDiffs, LevelKey
from leverline.api.streams.names import Kind, StreamName
from leverline.api.streams.releases import Releases
from leverline.api.streams.topic import Build, Topic
from leverline.kernel.decimals import format_amount
from leverline.market.events import Trade

if TYPE_CHECKING:
    from leverline.engine.commit import Commit
    from leverline.history.aggregates import AggregateTrade
    from leverline.history.history import History
    from leverline.market.pair import Pair

Levels = list[list[str]]


class PairFeed:
    """The streams of one pair that somebody is subscribed to."""

    def __init__(self, pair: "Pair", releases: Releases, history: "History", now: Callable[[], int]) -> None:
        self.pair: Pair = pair
        self.releases: Releases = releases
        self.history: History = history
        self.now: Callable[[], int] = now
        self.trades: Topic | None = None
        self.aggregates: Topic | None = None
        self.best: Topic | None = None
        self.diffs: dict[bool, tuple[Topic, DepthDiffs]] = {}
        """By whether it is the one of 100 ms."""
        self.partials: dict[tuple[int, bool], Topic] = {}
        self.stale: dict[tuple[int, bool], None] = {}
        """Partial books that have something to tell."""
        self.book: BookFeed | None = None
        self.last_best: tuple[int, int, int, int] | None = None
        self._asked_best: int = 0
        self._has_traded: bool = False

    @property
    def is_idle(self) -> bool:
        """Whether nobody is subscribed to anything here."""
        return not (self.trades or self.aggregates or self.best or self.diffs or self.partials)

    def open(self, name: StreamName, topic: Topic) -> None:
        """Serve a stream from now on."""
        if name.kind is Kind.TRADE:
            self.trades = topic
            return
        if name.kind is Kind.AGGREGATE:
            self.aggregates = topic
            return
        if self.book is None:
            self.book = BookFeed(self.pair, self.releases.venue.sequence)
        if name.kind is Kind.BOOK_TICKER:
            self.best = topic
        elif name.kind is Kind.DEPTH:
            self.diffs[name.is_fast] = (topic, DepthDiffs(self.releases.venue.sequence))
        else:
            self.partials[name.levels, name.is_fast] = topic

    def close(self, name: StreamName) -> None:
        """Serve a stream no more."""
        if name.kind is Kind.TRADE:
            self.trades = None
        elif name.kind is Kind.AGGREGATE:
            self.aggregates = None
        elif name.kind is Kind.BOOK_TICKER:
            self.best = None
        elif name.kind is Kind.DEPTH:
            del self.diffs[name.is_fast]
        else:
            del self.partials[name.levels, name.is_fast]
            self.stale.pop((name.levels, name.is_fast), None)
        if self.best is None and not self.diffs and not self.partials:
            self.book = None

    def welcome(self, name: StreamName) -> None:
        """Have what a new subscriber waits for told soon, changed or not."""
        if name.kind is Kind.PARTIAL_DEPTH:
            self.stale[name.levels, name.is_fast] = None
        elif name.kind is Kind.BOOK_TICKER:
            self.last_best = None
            self._ask_best()

    def take(self, event: Any, sequence: int) -> None:
        """Learn of one event of the pair."""
        if type(event) is Trade:
            self._has_traded = True
            if self.trades is not None:
                self.trades.publish(trade_message(event))
        if self.book is not None:
            self.book.take(event, sequence)

    def after(self, commit: "Commit") -> None:
        """Tell what the whole of a command changed."""
        if self._has_traded:
            self._has_traded = False
            if self.aggregates is not None:
                for each in self.history.aggregates.of_last_commit(self.pair.symbol):
                    self.aggregates.publish(aggregate_message(self.pair.symbol, each, commit.time))
        touched = None if self.book is None else self.book.take_touched()
        if touched:
            for _, diffs in self.diffs.values():
                diffs.touched.update(touched)
            for key in self.partials:
                self.stale[key] = None
            if self.best is not None:
                self._ask_best()

    def tick(self, is_second: bool) -> None:
        """Tell of the book what is due."""
        book = self.book
        if book is None or (not self.diffs and not self.partials):
            return
        releases = self.releases
        sequence = releases.venue.sequence
        due = [each for is_fast, each in self.diffs.items() if is_fast or is_second]
        if releases.is_level:
            for topic, diffs in due:
                quantities = {key: book.quantity(key) for key in diffs.touched}
                self._tell_diffs(topic, diffs, sequence, quantities)
        elif due:
            copy = book.copy()
            for each in due:
                releases.when_durable(partial(self._tell_diffs, *each, sequence, copy))
        self._tell_partials(book, sequence, is_second)

    def _tell_diffs(self, topic: Topic, diffs: DepthDiffs, sequence: int, quantities: dict[LevelKey, int]) -> None:
        """Tell what was touched since the last message, if anything was."""
        if not diffs.touched:
            return
        now = self.now()
        head = {"e": "depthUpdate", "E": now, "s": self.pair.symbol, **diffs.message(sequence, quantities)}
        topic.publish(lambda stamp: {**head, "E": stamp(now)})

    def _tell_partials(self, book: BookFeed, sequence: int, is_second: bool) -> None:
        """Tell the best levels where they may have changed."""
        due = [key for key in self.stale if key[1] or is_second]
        if not due:
            return
        bids, asks = book.top()
        for key in due:
            del self.stale[key]
            message = {"lastUpdateId": sequence, "bids": bids[: key[0]], "asks": asks[: key[0]]}
            self.releases.when_durable(partial(_publish, self.partials[key], message))

    def _ask_best(self) -> None:
        """Read the best prices, to be told if they differ from what was told last."""
        sequence = self.releases.venue.sequence
        if self.book is None or (self._asked_best == sequence and self.last_best is not None):
            return
        self._asked_best = sequence
        best = self.book.best()
        self.releases.when_durable(lambda: self._tell_best(best, sequence))

    def _tell_best(self, best: tuple[int, int, int, int], sequence: int) -> None:
        """Tell the best prices if they changed."""
        topic = self.best
        if best == self.last_best or topic is None:
            return
        self.last_best = best
        bid, bid_quantity, ask, ask_quantity = (format_amount(each) for each in best)
        message = {
            "u": sequence, "s": self.pair.symbol, "b": bid, "B": bid_quantity, "a": ask, "A": ask_quantity,
        }  # fmt: skip
        topic.publish(lambda _stamp: message)


def _publish(topic: Topic, message: dict[str, Any]) -> None:
    """Publish a message without times."""
    topic.publish(lambda _stamp: message)


def trade_message(trade: Trade) -> Build:
    """Return how to tell of one trade."""
    return lambda stamp: {
        "e": "trade", "E": stamp(trade.time), "s": trade.pair, "t": trade.trade_id, "p": format_amount(trade.price),
        "q": format_amount(trade.quantity), "T": stamp(trade.time), "m": trade.is_buyer_maker, "M": True,
    }  # fmt: skip


def aggregate_message(symbol: str, trade: "AggregateTrade", time: int) -> Build:
    """Return how to tell of one aggregated trade."""
    return lambda stamp: {
        "e": "aggTrade", "E": stamp(time), "s": symbol, "a": trade.aggregate_id, "p": format_amount(trade.price),
        "q": format_amount(trade.quantity), "f": trade.first_id, "l": trade.last_id, "T": stamp(trade.time),
        "m": trade.is_buyer_maker, "M": True,
    }  # fmt: skip
