"""Orders that close a position by AUTO_REPAY are judged by the debt they leave (rules 6.4, 9.2, 9.5)."""

import random

import pytest
from tests.margin.crowd import Crowd
from tests.margin.figures import amount, plain_figures, ratio
from tests.margin.world import World

from leverline.margin.account import MARGIN_CALL, MarginAccount
from leverline.margin.order_effects import OrderEffect
from leverline.margin.sheet import Sheet
from leverline.market.terms import AUTO_REPAY, NO_SIDE_EFFECT
from leverline.rulebook.refusals import Refusal


@pytest.fixture
def world() -> World:
    """A world without interest and fees, so that figures stay round."""
    return World(plain_figures())


def in_debt(world: World, out: str) -> MarginAccount:
    """Return an account of 1 BTC and 10,000 USDT less `out`, against 10,000 USDT."""
    account = world.cross(BTC="1")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", out)
    return account


def test_in_the_margin_call_a_sale_that_repays_is_allowed_below_the_index(world: World) -> None:
    """Level 1.15. Half a BTC sold at 9,900 repays 4,950: (5,000 + 1,500) ÷ 5,050 = 1.287. Kept as cash it is 1.145."""
    account = in_debt(world, "8500")
    assert account.status == MARGIN_CALL
    order = world.draft(account, "BTCUSDT", False, "0.5", "9900", side_effect=AUTO_REPAY)
    assert world.order_refusal(order) is None
    order.side_effect = NO_SIDE_EFFECT
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_a_sale_that_repays_is_still_refused_where_it_lowers_the_level(world: World) -> None:
    """Level 1.15; half a BTC at p repays p ÷ 2: 6,500 ÷ (10,000 − p ÷ 2) is 1.15 at p = 8,695.65."""
    account = in_debt(world, "8500")
    order = world.draft(account, "BTCUSDT", False, "0.5", "8695.66", side_effect=AUTO_REPAY)
    assert world.order_refusal(order) is None
    order.price = amount("8695.65")
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_open_orders_that_repay_count_as_having_repaid(world: World) -> None:
    """A resting sale of 0.5 BTC repays 5,000: of the other half (3,000 + p ÷ 2) ÷ 5,000 must stay above 1.16."""
    account = in_debt(world, "7000")
    world.rest(account, "BTCUSDT", False, "0.5", "10000", side_effect=AUTO_REPAY)
    order = world.draft(account, "BTCUSDT", False, "0.5", "5600.01")
    assert world.order_refusal(order) is None
    order.price = amount("5600")
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_an_order_that_repays_everything_is_always_allowed(world: World) -> None:
    """Nothing owed is no level at all: 1 BTC at 9,000 meets the last 9,000 of a debt, whatever it loses."""
    account = in_debt(world, "9000")
    world.repay(account, "USDT", "1000")
    order = world.draft(account, "BTCUSDT", False, "1", "9000", side_effect=AUTO_REPAY)
    assert world.order_refusal(order) is None
    order.side_effect = NO_SIDE_EFFECT
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_pro_without_available_margin_closes_by_what_raises_its_level(world: World) -> None:
    """E = 1,050, MM = 200: 5.25. Half a BTC at 8,400 loses 50 but repays 4,200: 1,000 ÷ 116 = 8.62 (rule 6.4)."""
    account = world.pro(BTC="1.3")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    world.prices(BTC="8500")
    assert world.risk.value(account).available_margin == -amount("62")
    order = world.draft(account, "BTCUSDT", False, "0.5", "8400", side_effect=AUTO_REPAY)
    assert world.order_refusal(order) is None
    order.side_effect = NO_SIDE_EFFECT
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_pro_refuses_a_repaying_sale_that_lowers_its_level(world: World) -> None:
    """At p half a BTC loses (8,500 − p) ÷ 2 and repays p ÷ 2: the level falls from 5.25 where p is below 7,692.31."""
    account = world.pro(BTC="1.3")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    world.prices(BTC="8500")
    order = world.draft(account, "BTCUSDT", False, "0.5", "7692.31", side_effect=AUTO_REPAY)
    assert world.order_refusal(order) is None
    order.price = amount("7692.3")
    assert world.order_refusal(order) == Refusal.MARGIN_LEVEL_TOO_LOW


def test_the_open_order_loss_repays_nothing(world: World) -> None:
    """A resting sale of 1 BTC 1,000 below index loses 1,000, whether it will repay or not (rule 6.2)."""
    account = world.pro(BTC="3")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    for side_effect in (NO_SIDE_EFFECT, AUTO_REPAY):
        world.rest(account, "BTCUSDT", False, "1", "9000", side_effect=side_effect)
    assert world.risk.value(account).order_loss == amount("2000")


def figures_of(sheet: Sheet) -> list[tuple[str, int, int, int, int]]:
    """Return what is held and owed of each token, and its values."""
    lines = [sheet.lines[position] for position in range(sheet.size)]
    return [(e.asset.symbol, e.held, e.owed, e.held_value, e.owed_value) for e in lines if e.held or e.owed]


def test_what_is_concluded_on_a_sheet_is_taken_back_to_the_last_unit(seed: int) -> None:
    """For random accounts and random orders, several of them on one token, repaying or not."""
    rng = random.Random(seed)
    world = World()
    crowd = Crowd(world, rng, 20)
    for account in crowd.accounts:
        sheet = world.risk.sheet(account)
        before = figures_of(sheet)
        assets, liabilities = sheet.assets, sheet.liabilities
        effects: list[OrderEffect] = []
        for _ in range(6):
            pair = account.pair.symbol if account.pair else rng.choice(("BTCUSDT", "ETHUSDT", "ETHBTC"))
            order = world.draft(account, pair, rng.random() < 0.5, "0", "0.0001", side_effect=rng.randrange(4))
            order.quantity = rng.randrange(1, 10**10)
            order.price = rng.randrange(1, 10**12)
            effects.append(OrderEffect(order, 0, ratio("0.05")))
        for effect in effects:
            effect.conclude(sheet)
        for effect in rng.sample(effects, len(effects)):
            effect.reopen(sheet)
        assert figures_of(sheet) == before
        assert (sheet.assets, sheet.liabilities) == (assets, liabilities)
