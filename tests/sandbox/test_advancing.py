"""Driven time: hours pass at once, each with its interest, and the market is whole afterwards."""

import asyncio

import pytest
from tests.sandbox.stand import Stand
from tests.sandbox.views import crossed, one_sided

from leverline.engine.commands import (
    Borrow,
    Deposit,
    GrantPermission,
    OpenMarginAccount,
    PlaceOrder,
    RegisterUser,
    Transfer,
)
from leverline.kernel.numbers import RATIO_ONE, UNIT
from leverline.kernel.time import DAY, HOUR, SECOND
from leverline.ledger.wallet import CROSS, SPOT
from leverline.lending.events import InterestCharged
from leverline.margin.account import MAY_MARGIN
from leverline.market.terms import MARKET
from leverline.sandbox import advance

ALICE = 10_001


def indebted(stand: Stand, asset: str, collateral: int, debt: int) -> None:
    """Alice holds BTC in her cross account and owes `asset`."""
    for command in (
        RegisterUser(ALICE),
        GrantPermission(ALICE, MAY_MARGIN),
        Deposit(ALICE, "BTC", collateral),
        OpenMarginAccount(ALICE, CROSS),
        Transfer(ALICE, "BTC", collateral, SPOT, CROSS),
        Borrow(ALICE, CROSS, asset, debt),
    ):
        assert stand.apply(command).refusal is None, command


def test_a_day_charges_twenty_four_hours_in_order(stand: Stand) -> None:
    """Alice's debt is charged at each of the 24 full hours on the way, once each."""
    indebted(stand, "USDT", UNIT, 10_000 * UNIT)
    since, start = len(stand.commits), stand.clock.now()
    asyncio.run(advance(stand.market, stand.clock, DAY))
    charged = [event.time for commit in stand.commits[since:] for event in commit.events if is_charge(event)]
    assert [time // HOUR for time in charged] == [start // HOUR + hour for hour in range(1, 25)]
    assert stand.clock.now() == start + DAY


def is_charge(event: object) -> bool:
    return isinstance(event, InterestCharged)


def test_the_market_is_whole_after_a_leap(stand: Stand) -> None:
    """All books are two-sided around a live index, nothing was refused, and ticks go on."""
    prices = dict(stand.market.index.prices)
    asyncio.run(advance(stand.market, stand.clock, 24 * HOUR))
    assert stand.market.index.prices == prices
    stand.run(2)
    assert one_sided(stand) == []
    assert crossed(stand) == []
    assert not any(asset.is_stale for asset in stand.core.board.assets.values())
    assert stand.market.refusals == {}
    assert stand.engine.conservation_faults() == []


@pytest.mark.parametrize("span", [1, SECOND, 10 * SECOND, HOUR - SECOND, HOUR, 3 * HOUR + 17 * SECOND])
def test_a_leap_is_exactly_as_long_as_asked(stand: Stand, span: int) -> None:
    """The clock moves by the span, whatever hours lie on the way."""
    start = stand.clock.now()
    assert asyncio.run(advance(stand.market, stand.clock, span)) == start + span


def test_a_liquidation_that_a_shock_began_is_over_after_a_leap(stand: Stand) -> None:
    """Alice is long BTC, of which nobody buys any; an hour later the fund has taken her position over."""
    indebted(stand, "USDT", UNIT, 100_000 * UNIT)
    buy = PlaceOrder(ALICE, CROSS, "BTCUSDT", True, MARKET, quote_quantity=99_000 * UNIT)
    assert stand.apply(buy).refusal is None
    for pair in stand.core.exchange.pairs.values():
        if "BTC" in (pair.base.symbol, pair.quote.symbol):
            stand.market.withdraw(pair.symbol)
    stand.market.shock({"BTC": -RATIO_ONE // 2})
    assert stand.core.liquidator.accounts
    asyncio.run(advance(stand.market, stand.clock, HOUR))
    assert not stand.core.liquidator.accounts
    assert stand.core.users[ALICE].cross.owed("USDT") == 0
