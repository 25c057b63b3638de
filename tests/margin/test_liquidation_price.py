"""The stated liquidation price is the one at which the exact rule liquidates (rule 7.4)."""

import random

import pytest
from tests.margin.crowd import Crowd
from tests.margin.figures import amount, figures, ratio
from tests.margin.world import World

from leverline.kernel.numbers import INDEX_ONE
from leverline.margin.account import FORCE_LIQUIDATION, PRO, MarginAccount
from leverline.margin.liquidation_price import PriceQuestion, isolated_liquidation_price, liquidation_prices
from leverline.rulebook.parameters import RateCurve

TICK = 1
UNIT_OF_VALUE = ratio("0.00000001")
"""A value has 8 decimals: 10 BTC are still worth 440,000.00000000 a tick below 44,000 + a tenth of a unit."""


@pytest.fixture
def world() -> World:
    """A world without interest, so that figures stay round."""
    parameters = figures()
    for asset in parameters.assets.values():
        asset.rate_curve = RateCurve(0, 0, 0, ratio("0.8"))
    return World(parameters)


def prove(world: World, account: MarginAccount, symbol: str) -> int:
    """Check both prices of one asset against the exact rule; return how many there are."""
    asset = world.board.assets[symbol]
    risk = world.risk
    below, above = liquidation_prices(risk.valuer, risk.bands, account, asset)
    question = PriceQuestion(risk.valuer, risk.bands, account, asset)
    for price, towards in ((below, TICK), (above, -TICK)):
        if price is not None:
            assert question.is_reached(price), (symbol, price)
            assert not question.is_reached(price + towards), (symbol, price)
            assert price == 1 or question.is_reached(price - towards), (symbol, price)
    for share, found in ((5, below), (2, below), (20, above), (1000, above)):
        price = asset.price * share // 10
        if found is None and price > 0:
            assert not question.is_reached(price), (symbol, price)
    return (below is not None) + (above is not None)


def test_a_long_of_one_coin_is_liquidated_where_the_formula_says(world: World) -> None:
    """10 BTC against 400,000 USDT at ratio 1.1: 44,000, and the ticks above it that are worth no unit more."""
    world.prices(BTC="50000")
    account = world.cross(BTC="10", USDC="100000")
    world.borrow(account, "USDT", "400000")
    world.take(account, "USDT", "400000")
    world.take(account, "USDC", "100000")
    price = world.risk.liquidation_price(account, "BTC")
    assert price == ratio("44000") + UNIT_OF_VALUE // 10 - TICK
    prove(world, account, "BTC")
    assert world.exact_prices({"BTC": price + TICK}) == []
    assert world.exact_prices({"BTC": price}) == [account]


def test_it_does_not_forget_other_positions(world: World) -> None:
    """With 100 ETH beside, held at 1,000, BTC may fall to 34,000: (440,000 − 100,000) ÷ 10 (failure class 11)."""
    world.prices(BTC="50000")
    account = world.cross(BTC="10", ETH="100")
    world.borrow(account, "USDT", "400000")
    world.take(account, "USDT", "400000")
    assert world.risk.liquidation_price(account, "BTC") == ratio("34000") + UNIT_OF_VALUE // 10 - TICK
    assert world.risk.liquidation_price(account, "ETH") is None


def test_a_short_is_liquidated_on_the_way_up(world: World) -> None:
    """Bob holds 33,000 USDT and owes 2 BTC: 33,000 ÷ (1.1 × 2) = 15,000."""
    bob = world.cross(USDT="33000")
    world.borrow(bob, "BTC", "2")
    world.take(bob, "BTC", "2")
    assert world.risk.liquidation_price(bob, "BTC") == ratio("15000") - UNIT_OF_VALUE // 2 + TICK
    prove(world, bob, "BTC")


def test_without_debt_there_is_none(world: World) -> None:
    """Nor for USDT, nor for what the account has nothing to do with."""
    free = world.cross(BTC="1")
    assert world.risk.liquidation_price(free, "BTC") is None
    world.borrow(free, "USDT", "100")
    assert world.risk.liquidation_price(free, "USDT") is None
    assert world.risk.liquidation_price(free, "ETH") is None


def test_a_pro_account_can_have_one_on_each_side(world: World) -> None:
    """DOGE held against DOGE and USDT: a fall takes the collateral, a rise adds maintenance margin."""
    account = world.pro(DOGE="300000", USDT="3000")
    world.borrow(account, "DOGE", "100000")
    world.borrow(account, "USDT", "20000")
    world.take(account, "USDT", "20000")
    below, above = liquidation_prices(
        world.risk.valuer, world.risk.bands, account, world.board.assets["DOGE"]
    )  # fmt: skip
    assert below is not None
    assert prove(world, account, "DOGE") == 1 + (above is not None)


def test_an_open_order_counts_in_pro_though_its_coin_is_not_held(world: World) -> None:
    """A resting buy of BTC loses as BTC falls."""
    account = world.pro(USDT="12000")
    world.borrow(account, "USDC", "10000")
    world.take(account, "USDC", "9500")
    world.rest(account, "BTCUSDT", True, "0.5", "9900")
    price = world.risk.liquidation_price(account, "BTC")
    assert price is not None
    assert prove(world, account, "BTC") == 1


def test_an_account_already_at_its_threshold_is_liquidated_at_the_present_price(world: World) -> None:
    """Stated is what is."""
    account = world.cross(BTC="2")
    world.borrow(account, "USDT", "10000")
    world.take(account, "USDT", "10000")
    world.take(account, "BTC", "0.9")
    assert account.status == FORCE_LIQUIDATION
    assert world.risk.liquidation_price(account, "BTC") == world.board.assets["BTC"].price


def test_the_closed_form_of_isolated_is_rounded_into_the_danger(world: World) -> None:
    """Long: 1.18 × 20,000 ÷ 30 = 786.666… down. Short: 30,000 ÷ (1.18 × 20) = 1,271.18644… up."""
    alice = world.isolated("ETHUSDT", ETH="30")
    world.borrow(alice, "USDT", "15000")
    world.take(alice, "USDT", "15000")
    assert isolated_liquidation_price(world.risk.bands, alice) == (118 * 150 * INDEX_ONE // 30, True)
    bob = world.isolated("ETHUSDT", USDT="20000")
    world.borrow(bob, "ETH", "10")
    world.take(bob, "ETH", "10")
    assert isolated_liquidation_price(world.risk.bands, bob) == (-(-20_000 * INDEX_ONE * 100 // 1180), False)


@pytest.mark.parametrize("part", range(4))
def test_the_closed_form_agrees_with_the_exact_rule(part: int, seed: int) -> None:
    """For random isolated accounts in USDT: at the closed form the rule liquidates; it does so a last unit earlier."""
    rng = random.Random(f"{seed} {part}")
    world = World()
    seen = 0
    for number in range(25):
        is_long = number % 2 == 0
        account = world.isolated("ETHUSDT", **({"ETH": "10"} if is_long else {"USDT": "20000"}))
        borrowed, units = (
            ("USDT", rng.randrange(10**11, 4 * 10**11)) if is_long else ("ETH", rng.randrange(10**8, 10**9))
        )
        world.desk.borrow(account, borrowed, units, 0)
        world.ledger.withdraw(account.holding(borrowed), units)
        world.settle()
        closed = isolated_liquidation_price(world.risk.bands, account)
        exact = world.risk.liquidation_price(account, "ETH")
        assert closed is not None and exact is not None, number
        question = PriceQuestion(world.risk.valuer, world.risk.bands, account, world.board.assets["ETH"])
        assert question.is_reached(closed[0])
        assert closed[1] == is_long
        assert 0 <= (exact - closed[0]) * (1 if is_long else -1) <= 10**13 // units + 10**5
        seen += 1
    assert seen == 25


def test_every_stated_price_of_a_random_crowd_is_exact(seed: int) -> None:
    """One tick before not, at it and one tick past it yes, by the valuation itself; none where none is stated."""
    rng = random.Random(seed)
    world = World()
    crowd = Crowd(world, rng, 60)
    for _ in range(30):
        crowd.act()
    prices = 0
    for account in crowd.accounts:
        if account.debts and not account.is_locked:
            for symbol in account.holdings:
                if symbol != "USDT" and not world.board.assets[symbol].is_stale:
                    prices += prove(world, account, symbol)
    assert prices > 20


def test_the_price_of_a_family_member_counts_the_others_tiers_at_that_price(world: World) -> None:
    """A sibling's AXS fills the tiers more as AXS rises, less as it falls."""
    parent = world.user()
    account = world.pro(parent, AXS="10000")
    world.cross(world.user(parent=parent), AXS="5000")
    world.borrow(account, "USDT", "80000")
    world.take(account, "USDT", "80000")
    assert account.mode == PRO
    price = world.risk.liquidation_price(account, "AXS")
    assert price is not None
    tick_before = price + TICK
    assert world.exact_prices({"AXS": tick_before}) == []
    assert world.exact_prices({"AXS": price}) == [account]


def test_amounts_of_the_last_unit_do_not_upset_the_search(world: World) -> None:
    """One unit of a coin, a debt of one unit: prices exist or not, and nothing fails."""
    account = world.cross(BTC="0.00000001", USDT="1")
    world.owe(account, "AXS", "0.00000001")
    world.take(account, "AXS", "0.00000001")
    for symbol in ("BTC", "AXS"):
        prove(world, account, symbol)
    assert account.owed("AXS") == amount("0.00000001")


def test_a_price_behind_several_orders_is_not_passed_over(world: World) -> None:
    """A buy that would gain and a sale that would lose bend a Pro level: all prices on the way are asked one by one.

    Everything between the present price and the stated one is safe, looked at in a thousand places.
    """
    account = world.pro(USDT="12000", ETH="6")
    world.borrow(account, "USDC", "14000")
    world.take(account, "USDC", "13500")
    world.rest(account, "BTCUSDT", True, "0.5", "9900")
    world.rest(account, "ETHUSDT", False, "5", "1010")
    world.rest(account, "BTCUSDT", True, "0.2", "9000")
    risk = world.risk
    for symbol in ("BTC", "ETH"):
        asset = world.board.assets[symbol]
        question = PriceQuestion(risk.valuer, risk.bands, account, asset)
        assert question.bends()
        below, above = liquidation_prices(risk.valuer, risk.bands, account, asset)
        prove(world, account, symbol)
        for end in (below or 1, above or 3 * asset.price):
            for part in range(1, 1000):
                price = asset.price + (end - asset.price) * part // 1000
                assert not question.is_reached(price), (symbol, price)
