"""Lending: rates and the use of the present hour."""

from leverline.engine.state.stream import Sink, Source
from leverline.lending.desk import LendingDesk
from leverline.lending.pool import Pool


def write_desk(sink: Sink, desk: LendingDesk) -> None:
    """Write all pools in catalogue order."""
    sink.put(desk.is_stopped_by_loss)
    for pool in desk.pools.values():
        sink.put_all([pool.rate_hourly, pool.used, pool.hour_began, pool.noted_at])


def read_desk(source: Source, desk: LendingDesk) -> None:
    """Read all pools; the lists of debtors are derived from the balances."""
    desk.is_stopped_by_loss = source.truth()
    for pool in desk.pools.values():
        _read_pool(source, pool)
    desk.restore_debtors()


def _read_pool(source: Source, pool: Pool) -> None:
    """Read one pool."""
    numbers = source.integers()
    pool.set_rate(numbers[0])
    pool.used, pool.hour_began, pool.noted_at = numbers[1], numbers[2], numbers[3]
