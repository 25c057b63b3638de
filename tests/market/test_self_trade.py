"""Self-trade prevention: five modes, by user over all his accounts (rule 9.6)."""

import pytest
from tests.market.world import World

from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import CROSS
from leverline.market.account import TradingAccount
from leverline.market.events import SelfTradePrevented
from leverline.market.terms import (
    CAUSE_FOK_UNFILLED,
    CAUSE_NONE,
    CAUSE_SELF_TRADE,
    DECREMENT,
    EXPIRE_BOTH,
    EXPIRE_MAKER,
    EXPIRE_TAKER,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    NEW,
    PARTIALLY_FILLED,
    STP_NONE,
)


@pytest.fixture
def own(world: World, mallory: TradingAccount) -> TradingAccount:
    """Mallory's cross account."""
    return world.account(4, CROSS, trader=mallory.trader, USDT="1000000", BTC="10")


def test_without_prevention_a_user_trades_with_himself(world: World, mallory: TradingAccount) -> None:
    """Both fees are paid, nothing else moves."""
    world.sell(mallory, "1", "20000")
    order = world.buy(mallory, "1", "20000", self_trade=STP_NONE)
    assert order.status == FILLED
    assert mallory.free("BTC") == parse_amount("99.998")
    assert mallory.free("USDT") == parse_amount("999980")


def test_expire_taker_ends_the_incoming_order_and_spares_the_resting_one(
    world: World, alice: TradingAccount, mallory: TradingAccount, own: TradingAccount
) -> None:
    """What stood before the own order has traded."""
    world.sell(alice, "1", "19999")
    resting = world.sell(own, "1", "20000")
    taker = world.buy(mallory, "3", "20000", self_trade=EXPIRE_TAKER)
    assert (taker.status, taker.cause) == (EXPIRED_IN_MATCH, CAUSE_SELF_TRADE)
    assert taker.executed == parse_amount("1")
    assert resting.status == NEW


def test_expire_maker_ends_the_resting_order_and_goes_on(
    world: World, alice: TradingAccount, mallory: TradingAccount, own: TradingAccount
) -> None:
    """The next in the queue trades."""
    resting = world.sell(own, "1", "20000")
    world.sell(alice, "1", "20000")
    taker = world.buy(mallory, "1", "20000", self_trade=EXPIRE_MAKER)
    assert (resting.status, resting.cause) == (EXPIRED_IN_MATCH, CAUSE_SELF_TRADE)
    assert own.free("BTC") == parse_amount("10")
    assert (taker.status, taker.cause) == (FILLED, CAUSE_NONE)


def test_expire_both_ends_both(world: World, mallory: TradingAccount, own: TradingAccount) -> None:
    """Nothing trades, all funds are free."""
    resting = world.sell(own, "1", "20000")
    taker = world.buy(mallory, "1", "20000", self_trade=EXPIRE_BOTH)
    assert resting.status == taker.status == EXPIRED_IN_MATCH
    assert world.btc.last_price == 0


def test_the_mode_of_the_taker_decides(world: World, mallory: TradingAccount, own: TradingAccount) -> None:
    """The resting order's own mode says nothing."""
    resting = world.sell(own, "1", "20000", self_trade=EXPIRE_MAKER)
    world.buy(mallory, "1", "20000", self_trade=EXPIRE_TAKER)
    assert resting.status == NEW


def test_a_prevented_trade_is_reported_with_its_quantity(
    world: World, mallory: TradingAccount, own: TradingAccount
) -> None:
    """What each had left, hidden parts included, and 0 for the one that goes on; matches are numbered by pair."""
    resting = world.sell(own, "2", "20000", iceberg_quantity="0.1")
    for mode, taker_left, maker_left in ((EXPIRE_TAKER, "0.5", "0"), (EXPIRE_BOTH, "0.5", "2")):
        taker = world.buy(mallory, "0.5", "20000", self_trade=mode)
        (event,) = [event for event in world.log.drain() if isinstance(event, SelfTradePrevented)]
        assert (event.taker_order, event.maker_order, event.mode) == (taker.order_id, resting.order_id, mode)
        assert (event.taker_quantity, event.maker_quantity) == (parse_amount(taker_left), parse_amount(maker_left))
    assert event.match_id == 2


def test_a_sub_account_is_of_its_parents_group(world: World, mallory: TradingAccount) -> None:
    """Mallory's sub-account bears her group id: her order meets its order and expires."""
    sub_account = world.account(40, BTC="1")
    sub_account.trader.group_id = mallory.user_id
    resting = world.sell(sub_account, "1", "20000")
    world.buy(mallory, "1", "20000", self_trade=EXPIRE_MAKER)
    assert resting.status == EXPIRED_IN_MATCH


def test_two_users_are_never_kept_apart(world: World, alice: TradingAccount, mallory: TradingAccount) -> None:
    """Any mode lets others trade."""
    world.sell(alice, "1", "20000")
    assert world.buy(mallory, "1", "20000", self_trade=EXPIRE_BOTH).status == FILLED


@pytest.mark.parametrize(("mode", "status"), [(EXPIRE_MAKER, FILLED), (EXPIRE_TAKER, EXPIRED), (EXPIRE_BOTH, EXPIRED)])
def test_a_fok_order_counts_own_orders_as_its_mode_will_treat_them(
    world: World, alice: TradingAccount, mallory: TradingAccount, own: TradingAccount, mode: int, status: int
) -> None:
    """Own orders ahead expire and let it pass, or would stop it: then nothing happens at all."""
    world.sell(alice, "1", "20000")
    world.sell(own, "1", "20000")
    world.sell(alice, "1", "20000")
    taker = world.buy(mallory, "2", "20000", time_in_force=FOK, self_trade=mode)
    assert taker.status == status
    if status == EXPIRED:
        assert (taker.cause, taker.executed) == (CAUSE_FOK_UNFILLED, 0)
        assert len(own.orders) == 1


def test_a_fok_order_knows_that_later_slices_queue_behind_its_own_order(
    world: World, alice: TradingAccount, mallory: TradingAccount, own: TradingAccount
) -> None:
    """Alice shows 1 of 5 ahead of the own order: 1 can be had, 1.0001 cannot."""
    world.sell(alice, "5", "20000", iceberg_quantity="1")
    world.sell(own, "1", "20000")
    too_much = world.buy(mallory, "1.0001", "20000", time_in_force=FOK, self_trade=EXPIRE_TAKER)
    assert too_much.cause == CAUSE_FOK_UNFILLED
    assert world.buy(mallory, "1", "20000", time_in_force=FOK, self_trade=EXPIRE_TAKER).status == FILLED


def prevented(world: World) -> list[tuple[int, int, int]]:
    """Return what each prevented match since the last call took off taker and maker, and stopped."""
    matches = [event for event in world.log.drain() if isinstance(event, SelfTradePrevented)]
    return [(event.taker_quantity, event.maker_quantity, event.quantity) for event in matches]


def test_decrement_ends_the_smaller_order_and_takes_as_much_off_the_other(
    world: World, mallory: TradingAccount, own: TradingAccount
) -> None:
    """Six meet two: the two expire, four of the six stay in their place, and what was prevented is free again."""
    resting = world.buy(own, "6", "20000")
    taker = world.sell(mallory, "2", "20000", self_trade=DECREMENT)
    assert (taker.status, taker.cause, taker.executed) == (EXPIRED_IN_MATCH, CAUSE_SELF_TRADE, 0)
    assert mallory.holdings["BTC"].locked == 0
    assert (resting.status, resting.rest, resting.ordered) == (NEW, parse_amount("4"), parse_amount("6"))
    assert own.holdings["USDT"].locked == parse_amount("80000")
    assert prevented(world) == [(parse_amount("2"),) * 3]


def test_decrement_lets_the_larger_taker_go_on_with_what_is_left(
    world: World, alice: TradingAccount, mallory: TradingAccount, own: TradingAccount
) -> None:
    """Of three, one is prevented and two trade with Alice: filled, for nothing is left of it."""
    resting = world.sell(own, "1", "20000")
    world.sell(alice, "5", "20000")
    taker = world.buy(mallory, "3", "20001", self_trade=DECREMENT)
    assert resting.status == EXPIRED_IN_MATCH
    assert own.holdings["BTC"].locked == 0
    assert (taker.status, taker.executed, taker.prevented) == (FILLED, parse_amount("2"), parse_amount("1"))
    assert mallory.free("USDT") == parse_amount("960000")


def test_a_decremented_order_rests_with_what_it_needs(
    world: World, alice: TradingAccount, mallory: TradingAccount, own: TradingAccount
) -> None:
    """Of four, one trades and one is prevented: two rest, and two are all that is locked for."""
    world.sell(alice, "1", "19999")
    world.sell(own, "1", "20000")
    taker = world.buy(mallory, "4", "20000", self_trade=DECREMENT)
    assert (taker.status, taker.rest) == (PARTIALLY_FILLED, parse_amount("2"))
    assert taker.locked == parse_amount("40000")


def test_decrement_takes_an_iceberg_with_all_that_it_hides(
    world: World, mallory: TradingAccount, own: TradingAccount
) -> None:
    """It shows its slice while more is left, and what is left after that."""
    resting = world.sell(own, "2", "20000", iceberg_quantity="0.5")
    world.buy(mallory, "1", "20000", self_trade=DECREMENT)
    assert (resting.rest, resting.visible) == (parse_amount("1"), parse_amount("0.5"))
    world.buy(mallory, "0.7", "20000", self_trade=DECREMENT)
    assert (resting.rest, resting.visible) == (parse_amount("0.3"), parse_amount("0.3"))


@pytest.mark.parametrize(
    ("terms", "executed", "taken", "status"),
    [
        ({"quantity": "3"}, "2", "1", FILLED),
        ({"quote_quantity": "60000"}, "2", "1", FILLED),
        ({"quote_quantity": "10000"}, "0", "0.5", EXPIRED_IN_MATCH),
        ({"quote_quantity": "40000"}, "1", "1", FILLED),
    ],
)
@pytest.mark.parametrize("is_buy", [True, False])
def test_market_orders_are_decremented_by_quantity_or_by_quote(
    world: World, alice: TradingAccount, mallory: TradingAccount, own: TradingAccount, is_buy: bool,
    terms: dict[str, str], executed: str, taken: str, status: int,
) -> None:  # fmt: skip
    """An own order of one at 20,000 stands before Alice's five: it takes one, or 20,000, off what is asked for."""
    world.place(own, world.btc, not is_buy, "1", "20000")
    world.place(alice, world.btc, not is_buy, "5", "20000")
    free = mallory.free("USDT" if is_buy else "BTC")
    taker = world.place(mallory, world.btc, is_buy, self_trade=DECREMENT, **terms)
    assert (taker.status, taker.executed) == (status, parse_amount(executed))
    assert sum(row[0] for row in prevented(world)) == parse_amount(taken)
    given = taker.executed_quote if is_buy else taker.executed
    assert free - mallory.free("USDT" if is_buy else "BTC") == given


@pytest.mark.parametrize(("quantity", "status"), [("1", FILLED), ("1.5", EXPIRED)])
def test_a_fok_order_is_not_whole_where_it_would_be_decremented(
    world: World, alice: TradingAccount, mallory: TradingAccount, own: TradingAccount, quantity: str, status: int
) -> None:
    """Alice's one stands before the own order: one can be had whole, more cannot, and then nothing happens."""
    world.sell(alice, "1", "20000")
    world.sell(own, "1", "20000")
    world.sell(alice, "1", "20000")
    taker = world.buy(mallory, quantity, "20000", time_in_force=FOK, self_trade=DECREMENT)
    assert taker.status == status
    assert own.orders
