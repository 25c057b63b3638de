"""The hub: who is subscribed to what, and what each durable commit brings them.

A commit whose pair and user nobody is subscribed to is passed over without a look at its events: the makers of all
pairs quote all the time.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import structlog

from leverline.api.streams.connection import Connection, Flusher
from leverline.api.streams.listening import HUB
from leverline.api.streams.names import Kind, StreamName, parse_name
from leverline.api.streams.pair_feed import PairFeed
from leverline.api.streams.releases import Releases
from leverline.api.streams.statistics import Statistics
from leverline.api.streams.topic import Topic
from leverline.api.streams.user_feed import UserFeed
from leverline.engine.commands import MassQuote
from leverline.engine.commit import Commit
from leverline.liquidation.events import LiquidationStarted
from leverline.market.events import (
    IndexChanged,
    OrderAccepted,
    OrderAmended,
    OrderEnded,
    OrderStarted,
    OrderTriggered,
    SelfTradePrevented,
    Trade,
)

if TYPE_CHECKING:
    from leverline.api.services import Services

log = structlog.get_logger("streams")

TICK_SECONDS: Final = 0.1
TICKS_PER_SECOND: Final = 10
FAST: Final = {Kind.TRADE, Kind.AGGREGATE, Kind.BOOK_TICKER, Kind.DEPTH, Kind.PARTIAL_DEPTH}
PAIR_EVENTS: Final = frozenset(
    {OrderAccepted, OrderAmended, OrderEnded, OrderStarted, OrderTriggered, SelfTradePrevented, Trade}
)
BEYOND_A_QUOTE: Final = frozenset({Trade, IndexChanged, LiquidationStarted})
"""Without one of these, what came before a mass quote was nothing of another pair's or user's."""


class Hub:
    """A subscriber of the venue, attached after the history."""

    def __init__(self, services: "Services") -> None:
        self.services: Services = services
        self.flusher: Flusher = Flusher()
        self.releases: Releases = Releases(services.venue)
        self.topics: dict[str, Topic] = {}
        self.feeds: dict[str, PairFeed] = {}
        """By pair: the fast streams."""
        self.now: Callable[[], int] = services.venue.clock.now
        self.users: UserFeed = UserFeed(services, self.releases)
        self.statistics: Statistics = Statistics(
            services.core.exchange.pairs, services.history, self.releases, self.now
        )
        self._wheel: asyncio.Task[None] | None = None
        services.caches[HUB] = self
        services.gauge_sources.append(self.gauges)

    async def start(self) -> None:
        """Begin to tell what is due at fixed intervals."""
        self._wheel = asyncio.create_task(self._turn())

    async def stop(self) -> None:
        """End that."""
        if self._wheel is not None:
            self._wheel.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._wheel

    def take(self, commit: Commit) -> None:
        """Learn of one durable commit."""
        if (self.feeds or self.users.is_watched or self.statistics.topics) and not self._is_foreign_quote(commit):
            self._tell(commit)
        self.releases.advance(commit.sequence)

    def gauges(self) -> dict[str, float]:
        """Return figures for the metrics."""
        return {
            "stream_topics": len(self.topics),
            "stream_listeners": sum(len(each.subscribers) for each in self.topics.values()),
            "stream_connections_cut": self.flusher.cuts.total(),
        }

    def subscribe(self, connection: Connection, name: str) -> bool:
        """Let `connection` have a stream; returns False for a name that can be none."""
        parsed = parse_name(name)
        topic = self.topics.get(name)
        if topic is None:
            topic = self.users.keys.topic(name)
        if topic is None:
            if parsed is None:
                return False
            topic = self.topics[name] = Topic(name)
            if self.services.profile.has_stream(name):
                self._open(parsed, topic)
        topic.subscribers[connection] = None
        connection.topics[name] = topic
        feed = self.feeds.get(parsed.symbol) if parsed is not None else None
        if feed is not None and parsed is not None and parsed.kind in FAST:
            feed.welcome(parsed)
        return True

    def unsubscribe(self, connection: Connection, name: str) -> None:
        """Let `connection` have a stream no more; nothing happens if it had it not."""
        topic = connection.topics.pop(name, None)
        if topic is None:
            return
        del topic.subscribers[connection]
        if not topic.subscribers and self.topics.get(name) is topic:
            del self.topics[name]
            self._close(topic)

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is gone."""
        for name in list(connection.topics):
            self.unsubscribe(connection, name)

    def _open(self, name: StreamName, topic: Topic) -> None:
        """Begin to serve a stream, if there is such a pair."""
        pair = self.services.core.exchange.pairs.get(name.symbol)
        if name.kind is Kind.SILENT or (name.symbol and pair is None):
            return
        if name.kind not in FAST:
            self.statistics.topics[topic.name] = (name, topic)
        elif pair is not None:
            feed = self.feeds.get(name.symbol)
            if feed is None:
                feed = self.feeds[name.symbol] = PairFeed(pair, self.releases, self.services.history, self.now)
            feed.open(name, topic)

    def _close(self, topic: Topic) -> None:
        """Serve a stream no more."""
        name = parse_name(topic.name)
        assert name is not None, topic.name
        if topic.name in self.statistics.topics:
            self.statistics.close(topic.name)
        feed = self.feeds.get(name.symbol) if name.kind in FAST else None
        if feed is not None:
            feed.close(name)
            if feed.is_idle:
                del self.feeds[name.symbol]

    def _is_foreign_quote(self, commit: Commit) -> bool:
        """Whether a commit is a quote, and nothing else, of a pair and a user that nobody is subscribed to."""
        command = commit.command
        return (
            type(command) is MassQuote
            and command.pair not in self.feeds
            and command.user_id not in self.users.targets.by_user
            and BEYOND_A_QUOTE.isdisjoint(map(type, commit.events))
        )

    def _tell(self, commit: Commit) -> None:
        """Tell all who are subscribed what a commit brought."""
        feeds = self.feeds
        touched: dict[str, PairFeed] = {}
        for event in commit.events:
            kind: Any = type(event)
            if kind not in PAIR_EVENTS:
                continue
            symbol = event.pair  # type: ignore[attr-defined]
            if kind is Trade:
                self.statistics.traded[symbol] = None
            feed = feeds.get(symbol)
            if feed is not None:
                feed.take(event, commit.sequence)
                touched[symbol] = feed
        for feed in touched.values():
            feed.after(commit)
        if self.users.is_watched:
            self.users.take(commit)

    async def _turn(self) -> None:
        """Tick ten times a second. A late tick is not made up for."""
        loop = asyncio.get_running_loop()
        number = 0
        while True:
            due = (int(loop.time() / TICK_SECONDS) + 1) * TICK_SECONDS
            await asyncio.sleep(due - loop.time())
            number += 1
            try:
                self.tick(number)
            except Exception:  # one stream that cannot be told is no reason to tell none of them ever again
                log.exception("streams could not be told of a tick")

    def tick(self, number: int) -> None:
        """Tell what is due at tick `number`."""
        is_second = number % TICKS_PER_SECOND == 0
        for feed in list(self.feeds.values()):
            feed.tick(is_second)
        if is_second:
            self.statistics.tick(number // TICKS_PER_SECOND)
            self.users.expire(self.services.venue.clock.machine_now(), self.now())
