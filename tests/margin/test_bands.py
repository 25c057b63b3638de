"""Bands at their boundaries, status changes and margin calls (rules 5.2, 6.5, 7.2, 10)."""

import pytest
from tests.margin.figures import amount, figures, ratio
from tests.margin.world import NOON, World

from leverline.kernel.time import DAY, HOUR
from leverline.margin.account import EXCESSIVE, FORCE_LIQUIDATION, FOREVER, MARGIN_CALL, NORMAL, MarginAccount
from leverline.margin.events import MarginCalled, StatusChanged
from leverline.rulebook.parameters import RateCurve


@pytest.fixture
def world() -> World:
    """A world without interest, so that levels stay round."""
    parameters = figures()
    for asset in parameters.assets.values():
        asset.rate_curve = RateCurve(0, 0, 0, ratio("0.8"))
    return World(parameters)


def long_btc(world: World, leverage: int) -> MarginAccount:
    """Return Alice's account: 1 BTC against 10,000 USDT, which have left; A ÷ L is the index ÷ 10,000."""
    world.prices(BTC="100000")
    account = world.cross(leverage=leverage, BTC="1")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    return account


@pytest.mark.parametrize(
    ("leverage", "price", "status"),
    [
        (3, "20000.000000000001", EXCESSIVE), (3, "20000.00000001", EXCESSIVE), (3, "20000", NORMAL),
        (3, "13000.00000001", NORMAL), (3, "13000", MARGIN_CALL), (3, "11000.00000001", MARGIN_CALL),
        (3, "11000", FORCE_LIQUIDATION), (5, "20000", NORMAL), (5, "11600.00000001", NORMAL),
        (5, "11600", MARGIN_CALL), (5, "11000.00000001", MARGIN_CALL), (5, "11000", FORCE_LIQUIDATION),
    ],
)  # fmt: skip
def test_a_level_on_a_threshold_belongs_to_the_worse_band(world: World, leverage: int, price: str, status: int) -> None:
    """3x: 2, 1.3, 1.1; 5x: 2, 1.16, 1.1. A value has 8 decimals: a price 10⁻¹² above 20,000 is still 20,000."""
    account = long_btc(world, leverage)
    world.prices(BTC=price)
    assert account.status == (NORMAL if price == "20000.000000000001" else status)


@pytest.mark.parametrize(
    ("price", "status"),
    [
        ("22000.00000001", EXCESSIVE), ("20000", NORMAL), ("11000.00000001", NORMAL), ("11000", MARGIN_CALL),
        ("10500.00000001", MARGIN_CALL), ("10500", FORCE_LIQUIDATION),
    ],
)  # fmt: skip
def test_isolated_bands_are_those_of_the_family(world: World, price: str, status: int) -> None:
    """10x: transfers above 2, margin call at 1.1, liquidation at 1.05."""
    world.prices(BTC="100000")
    account = world.isolated("BTCUSDT", BTC="1")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    world.prices(BTC=price)
    assert account.status == status


@pytest.mark.parametrize(
    ("price", "status"),
    [
        ("10400.00000001", EXCESSIVE), ("10400", NORMAL), ("10240.00000001", NORMAL), ("10240", MARGIN_CALL),
        ("10200.00000001", MARGIN_CALL), ("10200", FORCE_LIQUIDATION),
    ],
)  # fmt: skip
def test_pro_bands_are_multiples_of_the_maintenance_margin(world: World, price: str, status: int) -> None:
    """MM = 10,000 × 2 % = 200: E above 400 excessive, 240 margin call, 200 liquidation."""
    world.prices(BTC="100000")
    account = world.pro(BTC="1")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    world.prices(BTC=price)
    assert account.status == status


def test_status_changes_are_told_in_order_of_wallets(world: World) -> None:
    """Three accounts fall through two bands at once: one event each, by id, with old, new and level."""
    accounts = [long_btc(world, 5) for _ in range(3)]
    world.events.clear()
    world.prices(BTC="11500")
    said = world.said(StatusChanged)
    assert [event.wallet_id for event in said] == [account.wallet_id for account in accounts]
    assert {(event.old, event.new, event.level) for event in said} == {(EXCESSIVE, MARGIN_CALL, ratio("1.15"))}


def test_the_venue_is_told_whom_to_liquidate_at_the_price_that_does_it(world: World) -> None:
    """And not again while liquidation has the account."""
    alice = long_btc(world, 5)
    assert world.prices(BTC="11000.01") == []
    assert world.prices(BTC="11000") == [alice]
    assert world.prices(BTC="10000") == []


def test_repaying_everything_ends_at_excessive_with_no_level(world: World) -> None:
    """Level 0 stands for none."""
    alice = long_btc(world, 5)
    world.prices(BTC="11500")
    world.ledger.deposit(alice.holding("USDT"), amount("10000"))
    world.repay(alice, "USDT", "10000")
    last = world.said(StatusChanged)[-1]
    assert (alice.status, last.new, last.level) == (EXCESSIVE, EXCESSIVE, 0)


def test_a_margin_call_is_given_at_once_and_then_every_day_while_it_lasts(world: World) -> None:
    """Called at 12:00; again after 24 and 48 hours; ended by a recovery; begun anew by the next fall."""
    alice = long_btc(world, 5)
    assert world.risk.next_reminder == FOREVER
    world.prices(BTC="11500")
    assert world.risk.next_reminder == NOON + DAY
    for day in (1, 2):
        world.log.time = NOON + day * DAY
        world.risk.remind(world.log.time)
    assert world.risk.next_reminder == NOON + 3 * DAY
    world.settle()
    assert [event.is_repeated for event in world.said(MarginCalled)] == [False, True, True]
    world.prices(BTC="15000")
    assert (alice.called_at, world.risk.next_reminder) == (0, FOREVER)
    world.prices(BTC="11500")
    assert [event.is_repeated for event in world.said(MarginCalled)] == [False, True, True, False]
    assert world.risk.next_reminder == world.log.time + DAY


def test_a_reminder_before_its_time_says_nothing(world: World) -> None:
    """Nor does one for an account that was called again in between."""
    alice = long_btc(world, 5)
    world.prices(BTC="11500")
    world.log.time = NOON + HOUR
    world.prices(BTC="15000")
    world.prices(BTC="11500")
    world.log.time = NOON + DAY
    world.risk.remind(world.log.time)
    world.settle()
    assert [event.is_repeated for event in world.said(MarginCalled)] == [False, False]
    assert alice.called_at == NOON + HOUR


def test_calls_due_together_are_repeated_in_order_of_wallets(world: World) -> None:
    """Each with its present level."""
    accounts = [long_btc(world, 5) for _ in range(3)]
    world.prices(BTC="11500")
    world.prices(BTC="11400")
    world.events.clear()
    world.log.time = NOON + DAY
    world.risk.remind(world.log.time)
    world.settle()
    said = world.said(MarginCalled)
    assert [event.wallet_id for event in said] == [account.wallet_id for account in accounts]
    assert {event.level for event in said} == {ratio("1.14")}


def test_reminders_come_back_from_the_state(world: World) -> None:
    """`called_at` is all that is needed."""
    long_btc(world, 5)
    world.prices(BTC="11500")
    world.risk.reminders.heap.clear()
    world.risk.restore()
    assert world.risk.next_reminder == NOON + DAY


def test_liquidation_ends_the_margin_call(world: World) -> None:
    """Leaving the band downwards ends it too (rule 10.2)."""
    alice = long_btc(world, 5)
    world.prices(BTC="11500")
    world.prices(BTC="10900")
    assert (alice.status, alice.called_at, world.risk.next_reminder) == (FORCE_LIQUIDATION, 0, FOREVER)


def test_a_narrower_isolated_tier_after_a_loss_of_vip_level_changes_the_band(world: World) -> None:
    """At level 3 the limits are 1.3 times wider: 85,000 USDT are in tier 1 of BTCUSDT, at level 0 in tier 2.

    The band above which transfers are allowed stays max(2, IR): here 2, so the status stays; the tier changes.
    """
    user = world.user(vip_level=3)
    account = world.isolated("BTCUSDT", user, BTC="100")
    world.borrow(account, "USDT", "85000")
    assert world.risk.bands.isolated_tier(account) == 1
    user.vip_level = 0
    world.risk.vip_changed(user)
    world.settle()
    assert world.risk.bands.isolated_tier(account) == 2
    assert account.status == EXCESSIVE


def test_dust_of_a_stale_coin_gives_no_immunity(world: World) -> None:
    """With one DOGE of a stale index the account is liquidated at the price that its best case, +20 %, allows."""
    alice = long_btc(world, 5)
    world.give(alice, "DOGE", "1")
    world.silence("DOGE")
    assert world.prices(BTC="10999.88000001") == []
    assert world.prices(BTC="10999.88") == [alice]
    assert world.risk.value(alice).assets == amount("10999.88") + amount("0.12")
