"""Saved and loaded at any moment, history goes on as if nothing had come between."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.history.store.world import TIGHT
from tests.history.world import ToldDays

from leverline.history.codec import HistoryFault, decode, encode
from leverline.history.history import History
from leverline.history.policy import HistoryPolicy
from leverline.kernel.time import DAY


@pytest.mark.parametrize("policy", [HistoryPolicy(), TIGHT], ids=["roomy", "tight"])
def test_a_break_at_any_moment_changes_nothing(policy: HistoryPolicy, rng: random.Random) -> None:
    """Loaded from bytes at random cuts, the state after all later commits is byte for byte the same."""
    world = ToldDays(rng).tell(700, policy)
    whole, parts = History(world.parameters, policy), History(world.parameters, policy)
    for commit in world.commits:
        whole.take(commit)
        parts.take(commit)
        assert parts.executions == whole.executions
        assert parts.order_lists.last == whole.order_lists.last
        if rng.random() < 0.03:
            saved = parts.save()
            parts = History(world.parameters, policy)
            parts.load(saved)
            assert parts.save() == saved == whole.save()
    assert parts.save() == whole.save()
    for pair in world.parameters.pairs:
        assert parts.tickers.day(pair, world.time) == whole.tickers.day(pair, world.time)
        assert parts.candles.query(pair, "5m", world.time) == whole.candles.query(pair, "5m", world.time)
    assert parts.orders.by_client == whole.orders.by_client
    assert parts.orders.by_id == whole.orders.by_id
    assert parts.sequence == len(world.commits)


def test_what_nobody_hears_of_is_counted_and_changes_nothing(rng: random.Random) -> None:
    """A journal run again writes up no execution; the first that is told after it bears the number it would have."""
    world = ToldDays(rng).tell(500)
    told, untold = History(world.parameters), History(world.parameters)
    untold.tell(False)
    for commit in world.commits[:400]:
        told.take(commit)
        untold.take(commit)
        assert untold.executions == []
    assert untold.save() == told.save()
    untold.tell(True)
    for commit in world.commits[400:]:
        told.take(commit)
        untold.take(commit)
        assert untold.executions == told.executions


def test_asking_changes_nothing(rng: random.Random) -> None:
    """Queries leave the state as it is."""
    world = ToldDays(rng).tell(200)
    before = world.known.save()
    for pair in world.parameters.pairs:
        world.known.tickers.day(pair, world.time)
        world.known.tickers.window(pair, world.time, 7 * DAY)
        world.known.candles.query(pair, "1M", world.time)
    assert world.known.save() == before


def test_bounds_hold_and_open_orders_stay(rng: random.Random) -> None:
    """Under a tight policy nothing grows beyond its bound, yet every open order is known."""
    world = ToldDays(rng).tell(900, TIGHT)
    known = world.known
    logs = [
        known.orders.ended, known.account_trades.log, known.loans.log, known.interest.log, known.flows.log,
        known.transfers.transfers, known.transfers.payments, known.standing.log, known.prevented.log,
        known.fund.movements, known.liquidations.orders,
    ]  # fmt: skip
    for log in logs:
        assert all(len(each) <= log.most for each in log.logs.values())
        assert sum(len(each) for each in log.logs.values()) <= log.in_all
        assert len(log.owners) <= log.in_all
    listed = 0
    for wallet in world.engine.core.ledger.wallets:
        there = {**getattr(wallet, "orders", {}), **getattr(wallet, "pending", {})}
        orders = [order_id for order_id in sorted(there) if not there[order_id].is_quote]
        assert [order.order_id for order in known.orders.open_of(wallet.wallet_id)] == orders
        listed += len(orders)
    assert len(known.orders.by_id) == listed + sum(len(each) for each in known.orders.ended.logs.values())
    assert all(known.orders.by_id[order.order_id] is order for order in known.orders.by_client.values())


@given(st.dictionaries(st.text(), st.lists(st.integers(-(2**100), 2**100))))
def test_integers_of_any_width_come_back(values: dict[str, list[int]]) -> None:
    """Amounts wider than a machine word are saved exactly."""
    assert decode(encode(values), dict[str, list[int]]) == values


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x01", b"\x02\x90", b"\x00\x93\x02\x01\x80", b"\x00\xc1"])
def test_damaged_bytes_are_refused(data: bytes, rng: random.Random) -> None:
    """What is no saved history is refused with a reason."""
    world = ToldDays(rng).tell(1)
    with pytest.raises(HistoryFault):
        History(world.parameters).load(data)
