"""What Prometheus reads: requests as they are counted, and the venue's own figures when asked."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from leverline.kernel.numbers import UNIT
from leverline.kernel.time import SECOND
from leverline.margin.account import FORCE_LIQUIDATION, MARGIN_CALL

if TYPE_CHECKING:
    from leverline.api.services import Services


SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Upper bounds of the buckets of times."""


class Metrics:
    """What Prometheus reads. Requests are counted here, all else is read from the venue when asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.counts: dict[tuple[str, int], int] = {}
        """Answers by path and status."""
        self.buckets: list[int] = [0] * (len(SECONDS) + 1)
        self.seconds: float = 0.0
        """Time of all answers together."""
        self.registry.register(self)

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Count an answer and the time that it took."""
        place = (path, status)
        self.counts[place] = self.counts.get(place, 0) + 1
        self.buckets[bisect_left(SECONDS, seconds)] += 1
        self.seconds += seconds

    def collect(self) -> Iterable[Metric]:
        """Return the requests as they were counted."""
        counts = CounterMetricFamily("leverline_requests", "Requests answered.", labels=["path", "status"])
        for (path, status), count in self.counts.items():
            counts.add_metric([path, str(status)], count)
        yield counts
        sums = list(accumulate(self.buckets))
        bounds = [*map(str, SECONDS), "+Inf"]
        times = HistogramMetricFamily("leverline_request_seconds", "Time from the request to its answer.")
        times.add_metric([], list(zip(bounds, map(float, sums), strict=True)), self.seconds)
        yield times

    def watch(self, services: "Services") -> None:
        """Read the venue of `services` whenever metrics are asked for."""
        self.registry.register(VenueCollector(services))

    def text(self) -> bytes:
        """Return all metrics in the text format."""
        return generate_latest(self.registry)


class VenueCollector:
    """Reads the venue's own figures."""

    def __init__(self, services: "Services") -> None:
        self.services = services

    def collect(self) -> Iterable[Metric]:
        """Return the metrics as they are now."""
        venue, core = self.services.venue, self.services.core
        yield CounterMetricFamily("leverline_commands", "Commands applied since the first start.", venue.sequence)
        yield GaugeMetricFamily(
            "leverline_commands_not_durable", "Applied, not yet on disk.", venue.sequence - venue.durable
        )
        yield GaugeMetricFamily("leverline_venue_time_seconds", "Time of the last command.", venue.engine.time / SECOND)
        yield GaugeMetricFamily("leverline_users", "Users of the engine.", len(core.users))
        yield GaugeMetricFamily("leverline_stale_assets", "Assets without a live index.", stale_assets(self.services))
        yield GaugeMetricFamily("leverline_liquidations", "Accounts in liquidation.", len(core.liquidator.accounts))
        yield from account_metrics(self.services)
        fund = GaugeMetricFamily("leverline_fund", "Insurance fund, whole units.", labels=["asset"])
        for symbol, books in core.ledger.venue.items():
            if books.fund:
                fund.add_metric([symbol], books.fund / UNIT)
        yield fund
        for name, value in self.services.gauges().items():
            yield GaugeMetricFamily(f"leverline_{name}", name.replace("_", " ").capitalize() + ".", value)


def account_metrics(services: "Services") -> Iterable[Metric]:
    """Return how many margin accounts stand in which band."""
    called = liquidated = accounts = 0
    for user in services.core.users.values():
        for account in user.margin_accounts():
            accounts += 1
            called += account.status == MARGIN_CALL
            liquidated += account.status == FORCE_LIQUIDATION
    yield GaugeMetricFamily("leverline_margin_accounts", "Margin accounts.", accounts)
    yield GaugeMetricFamily("leverline_margin_calls", "Accounts in the margin call band.", called)
    yield GaugeMetricFamily("leverline_liquidatable", "Accounts at or below the liquidation ratio.", liquidated)


def stale_assets(services: "Services") -> int:
    """Return how many assets have no live index."""
    return sum(asset.is_stale for asset in services.core.board.assets.values())
