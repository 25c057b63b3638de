"""The stated liquidation price is exact: a tick before it nothing happens, at it the account is liquidated."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.property.cases import ALICE, Case, indebted_case
from tests.reference.small_world import small_world
from tests.regimes import of_2026

from leverline.engine import commands as c
from leverline.engine.engine import Engine, restore
from leverline.engine.events import Refused
from leverline.kernel.events import Event
from leverline.liquidation.events import LiquidationStarted

LONG_CASES = 100_000
LONG_PARTS = 20
RULES = {"2025": small_world(), "2026-06": of_2026(small_world())}


def is_liquidated_at(case: Case, snapshot: bytes, asset: str, price: int) -> bool:
    """Whether the account is liquidated when the index of an asset comes to a price, all else as in the snapshot."""
    engine = restore(case.engine.core.parameters, snapshot)
    events = engine.apply(c.PublishPrices("one", [(asset, price, 1)]), engine.time)
    assert not (events and isinstance(events[-1], Refused))
    return has_started(engine, events, case)


def has_started(engine: Engine, events: list[Event], case: Case) -> bool:
    """Whether the events say that Alice's account entered liquidation."""
    account = engine.core.users[ALICE].margin_account(case.kind, case.pair)
    assert account is not None
    return any(isinstance(event, LiquidationStarted) and event.wallet_id == account.wallet_id for event in events)


def check(seed: int, rules: str) -> int:
    """Check every asset of one random account; return how many had a liquidation price."""
    case = indebted_case(seed, RULES[rules])
    if case.account.is_locked or not case.account.debts:
        return 0
    snapshot = case.engine.snapshot()
    found = 0
    for asset in case.account.holdings:
        if asset != "USDT":
            found += check_asset(case, snapshot, asset)
    return found


def check_asset(case: Case, snapshot: bytes, asset: str) -> bool:
    """Check the price of one asset, or that there is none; return whether there is one."""
    stated = case.engine.core.risk.liquidation_price(case.account, asset)
    now = case.prices[asset]
    if stated is None:
        for price in (1, now // 1_000 + 1, now // 2, now * 2, now * 1_000):
            assert not is_liquidated_at(case, snapshot, asset, price), (asset, price)
        return False
    one_tick_before = stated + 1 if stated < now else stated - 1
    assert stated != now
    assert not is_liquidated_at(case, snapshot, asset, one_tick_before), (asset, stated, now)
    assert is_liquidated_at(case, snapshot, asset, stated), (asset, stated, now)
    between = random.Random(stated).randrange(min(one_tick_before, now), max(one_tick_before, now) + 1)
    assert not is_liquidated_at(case, snapshot, asset, between), (asset, between, stated, now)
    return True


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None, print_blob=True)
@given(st.integers(0, 2**32 - 1), st.sampled_from(list(RULES)))
def test_one_tick_before_the_stated_price_nothing_happens_and_at_it_the_account_is_liquidated(
    seed: int, rules: str
) -> None:
    """The price answers for every asset of a Classic, Pro or isolated account; without one no price liquidates it."""
    check(seed, rules)


@pytest.mark.long
@pytest.mark.parametrize("part", range(LONG_PARTS))
def test_one_hundred_thousand_stated_prices_are_exact(seed: int, part: int) -> None:
    """The same over 100,000 stated prices of random accounts."""
    rng = random.Random(f"{seed} {part}")
    prices = 0
    while prices < LONG_CASES // LONG_PARTS:
        prices += check(rng.randrange(2**63), rng.choice(list(RULES)))
