"""A stale asset reaches decisions through open orders too (rules 2.2, 5.5, 6.2, 6.6)."""

from fractions import Fraction

import pytest
from tests.margin.figures import amount, plain_figures
from tests.margin.world import World

from leverline.margin.account import CLASSIC, PRO
from leverline.rulebook.refusals import Refusal


@pytest.fixture
def world() -> World:
    """A world without interest and fees, so that figures stay round."""
    return World(plain_figures())


def test_an_open_order_for_a_stale_asset_stops_what_leans_on_prices(world: World) -> None:
    """Neither held nor owed: a resting purchase of ETH is enough. A cancel sets the account free."""
    account = world.cross(BTC="10")
    world.borrow(account, "USDT", "10000")
    resting = world.rest(account, "ETHUSDT", True, "1", "1000")
    world.silence("ETH")
    limits = world.risk.limits
    order = world.draft(account, "BTCUSDT", False, "0.1", "10000")

    def answers() -> list[Refusal | None]:
        return [
            limits.check_borrow(account, "USDT", amount("100")), limits.check_transfer_out(account, "BTC", 1),
            limits.check_leverage(account, 3), limits.check_mode_switch(account, PRO, 0), world.order_refusal(order),
        ]  # fmt: skip

    assert answers() == [Refusal.PRICE_INDEX_STALE] * 5
    assert limits.max_borrowable(account, "USDT") == limits.max_transferable(account, "BTC") == 0
    world.cancel(resting)
    assert answers() == [None] * 5


def test_what_an_order_brings_of_a_stale_asset_is_no_gain(world: World) -> None:
    """1 ETH bought at 1,100 loses 100 at the last price of 1,000, stale or not; at × 1.2 it would lose nothing."""
    account = world.pro(USDT="5000", ETH="1")
    world.borrow(account, "USDC", "1000")
    world.rest(account, "ETHUSDT", True, "1", "1100")
    assert world.risk.value(account).order_loss == amount("100")
    assets = world.risk.value(account).assets
    world.silence("ETH")
    assert world.risk.value(account).order_loss == amount("100")
    assert world.risk.value(account).assets == assets + amount("200")


def test_a_loss_is_rounded_up(world: World) -> None:
    """0.00000007 BTC at an index of 333.333333333333 are 2333.33 units: sold for 1,000 units they lose 1334."""
    world.prices(BTC="333.333333333333")
    account = world.pro(BTC="0.00000008", USDT="1000")
    world.borrow(account, "USDC", "100")
    order = world.draft(account, "BTCUSDT", False, "0.00000007", "0")
    order.price = 142_8571_4286
    world.place(order)
    lost = Fraction(7 * 333_333_333_333_333, 10**12) - 7 * order.price // 10**8
    assert lost <= world.risk.value(account).order_loss < lost + 2


@pytest.mark.parametrize("is_ordered", [False, True], ids=["held", "in an open order"])
def test_without_debt_too_nothing_changes_while_anything_is_stale(world: World, is_ordered: bool) -> None:
    """Leverage, mode and isolated tier, chosen or freed: never while stale."""
    funds = {"USDT": "20000"} if is_ordered else {"BTC": "1"}
    cross, isolated = world.cross(**funds), world.isolated("BTCUSDT", **funds)
    if is_ordered:
        for account in (cross, isolated):
            world.rest(account, "BTCUSDT", True, "0.1", "10000")
    limits = world.risk.limits

    def answers() -> list[Refusal | None]:
        return [
            limits.check_leverage(cross, 3), limits.check_mode_switch(cross, PRO, 0),
            limits.check_mode_switch(cross, CLASSIC, 5), limits.check_fixed_tier(isolated, 10),
            limits.check_fixed_tier(isolated, 0),
        ]  # fmt: skip

    assert answers() == [None] * 5
    world.silence("BTC")
    assert answers() == [Refusal.PRICE_INDEX_STALE] * 5
