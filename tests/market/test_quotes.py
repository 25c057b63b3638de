"""Mass quotes: what changes and what stays (maker's two-sided quote)."""

from tests.market.world import World

from leverline.kernel.decimals import parse_amount
from leverline.market.account import TradingAccount
from leverline.market.events import OrderAccepted, OrderEnded
from leverline.market.terms import CANCELED, CAUSE_REPLACED, LIMIT_MAKER

Rows = list[tuple[str, str]]


def quote(world: World, account: TradingAccount, bids: Rows, asks: Rows) -> tuple[int, int]:
    """Quote BTCUSDT and return how many orders ended and how many came."""
    world.log.drain()
    rows = [[(parse_amount(price), parse_amount(quantity)) for price, quantity in side] for side in (bids, asks)]
    world.exchange.mass_quote(account, world.btc, rows[0], rows[1])
    world.check()
    events = world.log.drain()
    ended = sum(isinstance(event, OrderEnded) for event in events)
    return ended, sum(isinstance(event, OrderAccepted) for event in events)


def shown(world: World) -> list[list[tuple[int, int]]]:
    """Return bids and asks as shown."""
    return [world.btc.book.visible_levels(is_bid, 10) for is_bid in (True, False)]


def levels(*rows: tuple[str, str]) -> list[tuple[int, int]]:
    """Return rows of decimal text as integers."""
    return [(parse_amount(price), parse_amount(quantity)) for price, quantity in rows]


def test_a_first_quote_places_all_its_levels(world: World, alice: TradingAccount) -> None:
    """As LIMIT_MAKER orders marked as quotes."""
    assert quote(world, alice, [("19999", "1"), ("19998", "2")], [("20001", "3")]) == (0, 3)
    assert shown(world) == [levels(("19999", "1"), ("19998", "2")), levels(("20001", "3"))]
    assert all(order.is_quote and order.kind == LIMIT_MAKER for order in alice.orders.values())


def test_unchanged_levels_keep_their_place(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Alice's ask at 20,001 stays ahead of Carol's; the rest of the quote is renewed."""
    quote(world, alice, [("19999", "1")], [("20001", "1"), ("20002", "1")])
    world.sell(carol, "1", "20001")
    assert quote(world, alice, [("19998", "1")], [("20001", "1"), ("20002", "5")]) == (2, 2)
    ahead = world.btc.book.asks.orders()[0]
    assert ahead.account is alice
    assert quote(world, alice, [("19998", "1")], [("20001", "1"), ("20002", "5")]) == (0, 0)


def test_a_quote_partly_traded_is_renewed_unless_the_rest_is_what_is_wanted(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """0.6 of 1 is left: wanting 1 renews it, wanting 0.6 does not."""
    quote(world, alice, [], [("20001", "1")])
    world.buy(bob, "0.4", "20001")
    assert quote(world, alice, [], [("20001", "0.6")]) == (0, 0)
    assert quote(world, alice, [], [("20001", "1")]) == (1, 1)


def test_an_empty_quote_takes_everything_back(world: World, alice: TradingAccount) -> None:
    """Other orders of the account stay."""
    own = world.buy(alice, "1", "19000")
    quote(world, alice, [("19999", "1")], [("20001", "1")])
    assert quote(world, alice, [], []) == (2, 0)
    assert list(alice.orders.values()) == [own]


def test_quotes_end_as_replaced(world: World, alice: TradingAccount) -> None:
    """Cancelled, with the cause."""
    quote(world, alice, [("19999", "1")], [])
    order = next(iter(alice.orders.values()))
    quote(world, alice, [], [])
    assert (order.status, order.cause) == (CANCELED, CAUSE_REPLACED)


def test_levels_that_would_match_are_left_out(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """Bob bids 20,001: asks at it and below do not come."""
    world.buy(bob, "1", "20001")
    assert quote(world, alice, [], [("20000", "1"), ("20001", "1"), ("20002", "1")]) == (0, 1)


def test_a_quote_may_move_through_its_old_self(world: World, alice: TradingAccount) -> None:
    """Old levels end before new ones come: the new bid stands above the old ask."""
    quote(world, alice, [("19999", "1")], [("20001", "1")])
    assert quote(world, alice, [("20002", "1")], [("20004", "1")]) == (2, 2)


def test_levels_without_funds_are_left_out(world: World) -> None:
    """30,000 USDT carry one bid of 20,000, and none of the two behind it but the small one."""
    maker = world.account(9, USDT="30000", BTC="1")
    assert quote(world, maker, [("20000", "1"), ("19999", "1"), ("19998", "0.5")], [("20001", "1.0001")]) == (0, 2)
    assert shown(world) == [levels(("20000", "1"), ("19998", "0.5")), []]


def test_funds_of_ended_levels_carry_new_ones(world: World) -> None:
    """All of the wallet stands in one bid and moves."""
    maker = world.account(9, USDT="20000")
    quote(world, maker, [("20000", "1")], [])
    assert quote(world, maker, [("19999", "1")], []) == (1, 1)


def test_quotes_of_two_pairs_are_apart(world: World, alice: TradingAccount) -> None:
    """Quoting BTC leaves the quotes in BNB."""
    world.exchange.mass_quote(alice, world.bnb, levels(("399", "1")), levels(("401", "1")))
    assert quote(world, alice, [("19999", "1")], []) == (0, 1)
    assert len(alice.orders) == 3
