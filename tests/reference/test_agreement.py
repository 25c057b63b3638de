"""The engine and the slow reference agree over random command streams: outcomes, balances, statuses, orders, rates."""

import random

import pytest
from tests.reference.agreement import Twins, run_random
from tests.reference.model.state import CROSS, SPOT
from tests.reference.small_world import HOUR, SECOND, UNIT, amount, capped_world, edgy_world, ratio, small_world

from leverline.engine import commands as c
from leverline.market import terms
from leverline.rulebook.parameters import VenueParameters

SHORT_STREAMS = 4
SHORT_LENGTH = 250
LONG_STREAMS = 200
LONG_LENGTH = 1_500
LONG_PARTS = 20
NOON = 480_000 * HOUR
MAKER, SHORT = 1, 2


CAPPED_EVERY = 4
"""Every so many streams run where the caps of rules 4.5 and 8.5 bind."""


def world(number: int) -> VenueParameters:
    """Return the world of a stream by its number."""
    return capped_world() if number % CAPPED_EVERY == CAPPED_EVERY - 1 else edgy_world()


def streams(seed: int, count: int) -> list[int]:
    """Return the seeds of so many streams."""
    rng = random.Random(seed)
    return [seed, *(rng.randrange(2**32) for _ in range(count - 1))]


def test_engine_and_reference_agree_on_a_few_short_streams(seed: int) -> None:
    """Four streams of some hundred commands end with the same outcomes, balances, statuses and open orders."""
    for number, each in enumerate(streams(seed, SHORT_STREAMS)):
        twins = run_random(world(number), each, SHORT_LENGTH)
        assert twins.engine.balances() == twins.reference.balances()


@pytest.mark.long
@pytest.mark.parametrize("part", range(LONG_PARTS))
def test_engine_and_reference_agree_on_many_long_streams(seed: int, part: int) -> None:
    """Two hundred streams of 1,500 commands agree after every single command."""
    for number, each in list(enumerate(streams(seed, LONG_STREAMS)))[part::LONG_PARTS]:
        run_random(world(number), each, LONG_LENGTH)


def index(**prices: str) -> c.Command:
    """Return the report of these index prices."""
    return c.PublishPrices("one", [(asset, ratio(text), 1) for asset, text in prices.items()])


def limit(user_id: int, pair: str, is_buy: bool, quantity: str, price: str, kind: int = SPOT) -> c.Command:
    """Return a limit order."""
    return c.PlaceOrder(user_id, kind, pair, is_buy, terms.LIMIT, amount(quantity), amount(price))


def short_of_bitcoin() -> Twins:
    """Return twins where an account holds 4,946 USDC and owes 0.079 BTC, little above its liquidation at 56,800."""
    twins = Twins(small_world())
    commands: list[c.Command] = [index(USDC="1", BTC="50000"), c.RegisterUser(MAKER), c.RegisterUser(SHORT)]
    for asset in ("USDT", "USDC", "BTC"):
        commands += [c.HouseDeposit(asset, 10**6 * UNIT), c.SupplyPool(asset, 10**5 * UNIT)]
        commands.append(c.Deposit(MAKER, asset, 10**5 * UNIT))
    commands += [
        c.GrantPermission(SHORT, 1),
        c.OpenMarginAccount(SHORT, CROSS),
        c.SetLeverage(SHORT, 5),
        c.Deposit(SHORT, "USDC", amount("1100")),
        c.Transfer(SHORT, "USDC", amount("1000"), SPOT, CROSS),
        c.Borrow(SHORT, CROSS, "BTC", amount("0.079")),
        limit(MAKER, "BTCUSDC", True, "0.079", "50000"),
        limit(SHORT, "BTCUSDC", False, "0.079", "50000", CROSS),
        index(BTC="56800"),
    ]
    for command in commands:
        assert twins.apply(command, NOON) is None, command
    return twins


def cents_bid_for_usdc(price: str) -> list[c.Command]:
    """Return what leaves a bid for 0.19 USDC, too little to buy one lot of bitcoin with."""
    return [limit(MAKER, "USDCUSDT", True, "10", price), limit(SHORT, "USDCUSDT", False, "9.81", price)]


@pytest.mark.parametrize(("bid", "turns_waited"), [("0.96", 0), ("1", 2)])
def test_books_too_thin_for_a_lot_are_waited_for_only_where_their_best_prices_help(bid: str, turns_waited: int) -> None:
    """At A ÷ L 1.04 a way must make more than 1 ÷ 1.04 of what is given (rules 11.3, 15.3).

    The pair of both, at 4.5 % above the index, makes 0.937. Through USDT, 0.929 at the low bid, which ends it at once,
    and 0.968 at the fair one, which may yet grow.
    """
    twins = short_of_bitcoin()
    orders = [limit(MAKER, "BTCUSDC", False, "1", "62909"), limit(MAKER, "BTCUSDT", False, "1", "60200")]
    for command in [*cents_bid_for_usdc(bid), *orders, index(BTC="60200")]:
        assert twins.apply(command, NOON) is None, command
    account = twins.reference.state.wallet(SHORT, CROSS)
    assert account is not None
    for turn in range(turns_waited):
        assert account.locked_at == NOON, turn
        twins.apply(c.AdvanceTime(), NOON + (turn + 1) * SECOND)
    assert account.locked_at is None
    assert twins.reference.state.owed(account, "BTC") == 0
