"""What Prometheus reads: requests as they are counted, and the venue's own figures when asked."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from leverline.api.slices import in_slices
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import SECOND
from leverline.margin.account import FORCE_LIQUIDATION, MARGIN_CALL

if TYPE_CHECKING:
    from leverline.api.services import Services
    from leverline.margin.account import User


SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Upper bounds of the buckets of times."""
USERS_AT_ONCE: Final = 1_000
"""So many users' accounts are counted before others may have their turn."""


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
        self._venue: VenueCollector | None = None

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
        self._venue = VenueCollector(services)
        self.registry.register(self._venue)

    async def text(self) -> bytes:
        """Return all metrics in the text format. Accounts are many: others have their turn while they are counted."""
        if self._venue is not None:
            await self._venue.count_accounts()
        return generate_latest(self.registry)


class VenueCollector:
    """Reads the venue's own figures."""

    def __init__(self, services: "Services") -> None:
        self.services = services
        self.bands: Counter[int] = Counter()
        """Margin accounts by the band they stand in, as counted last."""

    async def count_accounts(self) -> None:
        """Count the margin accounts."""
        users = list(self.services.core.users.values())
        batches = [users[place : place + USERS_AT_ONCE] for place in range(0, len(users), USERS_AT_ONCE)]
        self.bands = sum(await in_slices(bands_of, batches), Counter())

    def collect(self) -> Iterable[Metric]:
        """Return the metrics as they are now."""
        venue, core = self.services.venue, self.services.core
        yield CounterMetricFamily("leverline_commands", "Commands applied since the first start.", venue.sequence)
        yield GaugeMetricFamily(
            "leverline_commands_not_durable", "Applied, not yet on disk.", venue.sequence - venue.durable
        )
        yield GaugeMetricFamily("leverline_venue_time_seconds", "Time of the last command.", venue.engine.time / SECOND)
        snapshots = self.services.snapshotter
        yield CounterMetricFamily("leverline_snapshots", "Snapshots taken since the start.", snapshots.taken)
        yield CounterMetricFamily("leverline_snapshots_failed", "Attempts that came to nothing.", snapshots.failed)
        yield GaugeMetricFamily("leverline_snapshot_pause_seconds", "Pause of the last fork.", snapshots.pause / SECOND)
        yield GaugeMetricFamily("leverline_users", "Users of the engine.", len(core.users))
        yield GaugeMetricFamily("leverline_stale_assets", "Assets without a live index.", stale_assets(self.services))
        yield GaugeMetricFamily("leverline_liquidations", "Accounts in liquidation.", len(core.liquidator.accounts))
        yield GaugeMetricFamily(
            "leverline_withdrawal_gate_closed", "1 while withdrawals pause (rule 11.10).", int(core.gate.is_closed)
        )
        yield GaugeMetricFamily(
            "leverline_concentration_bans", "Positions that may only be reduced.", len(core.risk.limits.bans.in_force)
        )
        yield from account_metrics(self.bands)
        fund = GaugeMetricFamily("leverline_fund", "Insurance fund, whole units.", labels=["asset"])
        for symbol, books in core.ledger.venue.items():
            if books.fund:
                fund.add_metric([symbol], books.fund / UNIT)
        yield fund
        for name, value in self.services.gauges().items():
            yield GaugeMetricFamily(f"leverline_{name}", name.replace("_", " ").capitalize() + ".", value)


def bands_of(users: list["User"]) -> Counter[int]:
    """Return how many margin accounts of these users stand in which band."""
    return Counter(account.status for user in users for account in user.margin_accounts())


def account_metrics(bands: Counter[int]) -> Iterable[Metric]:
    """Return how many margin accounts stand in which band."""
    yield GaugeMetricFamily("leverline_margin_accounts", "Margin accounts.", bands.total())
    yield GaugeMetricFamily("leverline_margin_calls", "Accounts in the margin call band.", bands[MARGIN_CALL])
    yield GaugeMetricFamily(
        "leverline_liquidatable", "Accounts at or below the liquidation ratio.", bands[FORCE_LIQUIDATION]
    )


def stale_assets(services: "Services") -> int:
    """Return how many assets have no live index."""
    return sum(asset.is_stale for asset in services.core.board.assets.values())
