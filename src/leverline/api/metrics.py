"""What Prometheus reads: requests as they are counted, and the venue's own figures when asked."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from leverline.kernel.numbers import UNIT
from leverline.kernel.time import SECOND
from leverline.margin.account import FORCE_LIQUIDATION, MARGIN_CALL

if TYPE_CHECKING:
    from leverline.api.services import Services


class Metrics:
    """What Prometheus reads. Counts of requests are kept here, all else is read from the venue when asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("leverline_requests", "Requests answered.", ["path", "status"], registry=self.registry)
        self.seconds = Histogram(
            "leverline_request_seconds", "Time from the request to its answer.", registry=self.registry,
            buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
        )  # fmt: skip
        self._counters: dict[tuple[str, int], Counter] = {}

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Count an answer and the time that it took."""
        counter = self._counters.get((path, status))
        if counter is None:
            counter = self._counters[path, status] = self.requests.labels(path, status)
        counter.inc()
        self.seconds.observe(seconds)

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
