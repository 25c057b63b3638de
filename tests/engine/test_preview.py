"""What a preview sees of a book, and that it leaves everything as it was."""

import pytest
from tests.engine.world import ALICE, BOB, CAROL, CROSS, MAKER, SPOT, World, amount

from leverline import Venue
from leverline.engine.commands import MassQuote, PlaceOrder, PlaceOrderList, SetBnbSwitches
from leverline.engine.preview import Preview
from leverline.market import terms
from leverline.market.hook import FillHook
from leverline.market.order import Order
from leverline.rulebook.refusals import Refusal


def order(user_id: int, size: str, price: str = "", **words: object) -> PlaceOrder:
    """Return a buy of BTC from spot, limited if a price is given."""
    kind = words.pop("kind", SPOT)
    is_buy = words.pop("is_buy", True)
    order_type = words.pop("order_type", terms.LIMIT if price else terms.MARKET)
    return PlaceOrder(
        user_id, kind, "BTCUSDT", is_buy, order_type, amount(size), amount(price) if price else 0, **words
    )


def seen(world: World, command: PlaceOrder) -> Preview:
    """Preview an order and assert that it is accepted and changes nothing."""
    before = world.engine.state_hash()
    found = world.engine.preview(command)
    assert found.refused is None, found.refused
    assert world.engine.state_hash() == before
    return found


def asks(world: World) -> list[Order]:
    """Return the orders that sell BTC, in order of priority."""
    return world.engine.core.exchange.pairs["BTCUSDT"].book.asks.orders()


@pytest.fixture
def book(world: World) -> World:
    """Alice and Bob with coins and money; the maker sells 1 BTC at each of 60,010, 60,020 and 60,030."""
    world.user(ALICE, USDT="200000", BTC="5")
    world.user(BOB, USDT="200000", BTC="5")
    world.maker()
    levels = [(amount(price), amount("1")) for price in ("60010", "60020", "60030")]
    world.send(MassQuote(MAKER, SPOT, "BTCUSDT", [], levels))
    return world


def test_fills_over_levels_are_averaged(book: World) -> None:
    """2.5 BTC take two levels and a half: 60,010 + 60,020 + 30,015 USDT, worst at 60,030."""
    found = seen(book, order(ALICE, "2.5"))
    assert (found.fills, found.executed, found.worst_fill) == (3, amount("2.5"), amount("60030"))
    assert found.executed_quote == amount("60010") + amount("60020") + amount("30015")
    assert (found.status, found.locked, found.left_locked) == (terms.FILLED, found.executed_quote, 0)


def test_what_the_book_lacks_rests_or_expires(book: World) -> None:
    """A limit above all asks fills 3 of 4 BTC: good till cancelled the rest stands, immediate or cancel it expires."""
    resting = seen(book, order(ALICE, "3.3", "60030"))
    assert (resting.status, resting.rest) == (terms.PARTIALLY_FILLED, amount("0.3"))
    assert resting.left_locked == amount("60030") * 3 // 10
    assert resting.rest_as_maker is not None
    assert (resting.rest_as_maker.asset, resting.rest_as_maker.amount) == ("BTC", amount("0.0003"))
    expiring = seen(book, order(ALICE, "3.3", "60030", time_in_force=terms.IOC))
    assert (expiring.status, expiring.cause, expiring.rest) == (terms.EXPIRED, terms.CAUSE_IOC_REST, 0)
    whole = seen(book, order(ALICE, "3.3", "60030", time_in_force=terms.FOK))
    assert (whole.status, whole.executed) == (terms.EXPIRED, 0)


def test_own_orders_that_would_expire_stay_where_they_stand(book: World) -> None:
    """Alice's own ask would go, her coins come free and the next one be taken; afterwards it is still first in line."""
    book.send(order(ALICE, "2", "60005", is_buy=False, client_id="mine"))
    before = asks(book)
    found = seen(book, order(ALICE, "1"))
    assert (found.prevented, found.worst_fill) == (1, amount("60010"))
    assert asks(book) == before
    spot = book.spot(ALICE)
    assert (spot.holding("BTC").locked, list(spot.by_client_id)) == (amount("2"), ["mine"])
    assert [each.is_open for each in spot.orders.values()] == [True]


@pytest.mark.parametrize("mode", [terms.EXPIRE_TAKER, terms.EXPIRE_BOTH])
def test_an_order_that_must_not_meet_its_own_stops_there(book: World, mode: int) -> None:
    """Behind the first level stands Alice's own ask: 1 BTC is bought, the rest expires."""
    book.send(order(ALICE, "2", "60015", is_buy=False))
    found = seen(book, order(ALICE, "2", self_trade=mode))
    assert (found.status, found.cause) == (terms.EXPIRED_IN_MATCH, terms.CAUSE_SELF_TRADE)
    assert found.executed == amount("1")


def test_trading_with_oneself_moves_nothing_afterwards(book: World) -> None:
    """Without prevention Alice would buy her own coin from herself; it stays offered."""
    book.send(order(ALICE, "1", "60005", is_buy=False))
    found = seen(book, order(ALICE, "1.5", self_trade=terms.STP_NONE))
    assert (found.fills, found.worst_fill) == (2, amount("60010"))
    assert asks(book)[0].executed == 0


def test_icebergs_come_slice_by_slice(book: World) -> None:
    """Bob shows 0.1 of 1 BTC ahead of Carol: each of his slices is a fill of its own and goes behind her."""
    book.user(CAROL, BTC="5")
    book.send(order(BOB, "1", "60000", is_buy=False, iceberg_quantity=amount("0.1")))
    book.send(order(CAROL, "0.25", "60000", is_buy=False))
    assert seen(book, order(ALICE, "0.5")).fills == 4
    assert [each.visible for each in asks(book)[:2]] == [amount("0.1"), amount("0.25")]


def test_commission_is_paid_in_bnb_while_it_lasts(book: World) -> None:
    """With little BNB the first fill is paid in it, at the discount, and the rest in kind."""
    book.user(CAROL, USDT="500000", BNB="0.1")
    book.send(SetBnbSwitches(CAROL, True, False))
    found = seen(book, order(CAROL, "2"))
    assert found.commissions == {"BNB": 60_000 * 10**5 * 3 // 4 // 600, "BTC": amount("0.001")}


def test_a_triggered_stop_is_not_foreseen(book: World) -> None:
    """A buy through Bob's stop leaves it waiting and the last price as it was."""
    book.send(order(BOB, "1", order_type=terms.STOP_LOSS, stop_price=amount("60020")))
    seen(book, order(ALICE, "2.5"))
    (waiting,) = book.spot(BOB).orders.values()
    assert not waiting.is_triggered
    assert book.engine.core.exchange.pairs["BTCUSDT"].last_price == 0


def test_a_waiting_order_locks_and_borrows_now(book: World) -> None:
    """A conditional order borrows at placement (rule 9.2) and may pay the taker's commission once triggered."""
    book.cross(CAROL, USDT="10000")
    words = {"order_type": terms.STOP_LOSS_LIMIT, "stop_price": amount("61000"), "side_effect": terms.MARGIN_BUY}
    found = seen(book, order(CAROL, "0.5", "61000", kind=CROSS, **words))
    assert (found.loan, found.left_locked, found.status) == (amount("20500"), amount("30500"), terms.NEW)
    assert found.rest_as_taker is not None
    assert found.rest_as_taker.amount == amount("0.0005")
    assert found.interest is not None
    assert found.after is not None
    assert found.after.is_indebted


def test_a_refusal_comes_with_words_and_the_present_standing(book: World) -> None:
    """Of a margin order that cannot be paid for the account's level is told all the same."""
    book.cross(CAROL, USDT="10000")
    found = book.engine.preview(order(CAROL, "0.5", kind=CROSS))
    assert found.refused is not None
    assert found.refused.refusal == Refusal.INSUFFICIENT_BALANCE
    assert found.refused.detail == "10000 USDT is free, the order needs 30005"
    assert found.before is not None
    assert found.after is None


def test_strangers_and_wrong_words_are_refused(book: World) -> None:
    """A user, pair or account that is not there, and a word of a wrong type, are refusals and no crash."""
    strange = (
        (order(77, "1"), Refusal.UNKNOWN_USER),
        (PlaceOrder(ALICE, SPOT, "NOPE", True, terms.MARKET, 1), Refusal.UNKNOWN_PAIR),
        (order(ALICE, "1", kind=CROSS), Refusal.NO_MARGIN_ACCOUNT),
        (order(ALICE, "1", kind=9), Refusal.MALFORMED),
        (order(ALICE, "1", order_type=99), Refusal.MALFORMED),
    )
    for command, refusal in strange:
        found = book.engine.preview(command)
        assert found.refused is not None
        assert (found.refused.refusal, bool(found.refused.detail)) == (refusal, True)


def test_the_face_previews_in_decimals() -> None:
    """`from leverline import Venue`: the words of `order`, plain values back, and the refusal by name."""
    venue = Venue()
    venue.set_index(BTC="60000")
    maker, alice = venue.user("maker", BTC="10", USDT="100000"), venue.user("alice", USDT="10000")
    maker.quote("BTCUSDT", [], [("60010", "10")])
    alice.open_cross()
    alice.transfer("USDT", "10000")
    found = alice.preview("BTCUSDT", True, "0.5", account="cross", side_effect="MARGIN_BUY")
    assert (found.status, found.borrowed, found.average_price) == ("FILLED", 20005, 60010)
    assert found.after is not None
    placed = alice.buy("BTCUSDT", "0.5", account="cross", side_effect="MARGIN_BUY")
    account = alice.account("cross")
    assert (placed.borrowed, account.margin_level) == (found.borrowed, found.after.margin_level)
    assert alice.liquidation_price("BTC") == found.after.liquidation_prices["BTC"]
    assert alice.max_borrowable("USDT") == found.after.max_borrowable["USDT"]
    refused = alice.preview("BTCUSDT", True, "50", account="cross")
    assert (refused.refusal, refused.status) == ("MARGIN_LEVEL_TOO_LOW", None)


class FailingHook(FillHook):
    """Fails when an order ends."""

    def after_end(self, order: Order, released: int) -> None:
        """Raise what a fault of ours would raise."""
        raise AssertionError("the hook fails")


@pytest.mark.parametrize("size", ["1", "3.3"])
def test_a_fault_in_the_hook_leaves_everything_as_it_was(book: World, size: str) -> None:
    """Whether it fails at the end of a filled order or when one that rests is taken back, it is heard of once."""
    exchange = book.engine.core.exchange
    before, hook = book.engine.state_hash(), exchange.hook
    exchange.hook = FailingHook()
    with pytest.raises(AssertionError, match="the hook fails"):
        book.engine.preview(order(ALICE, size, "60030"))
    exchange.hook = hook
    assert book.engine.state_hash() == before
    assert seen(book, order(ALICE, size, "60030")).fills


def test_a_preview_of_a_decremented_order_leaves_both_as_they_stand(book: World) -> None:
    """Of 3 BTC an own ask of an OCO takes 2 away and 1 is bought; afterwards the ask is whole, and so is its stop."""
    pair = [
        order(ALICE, "2", "60005", is_buy=False, order_type=terms.LIMIT_MAKER),
        order(ALICE, "2", is_buy=False, order_type=terms.STOP_LOSS, stop_price=amount("50000")),
    ]
    book.send(PlaceOrderList(terms.OCO, pair))
    found = seen(book, order(ALICE, "3", self_trade=terms.DECREMENT))
    assert (found.executed, found.prevented, found.status) == (amount("1"), 1, terms.FILLED)
    ended = seen(book, order(ALICE, "0.5", "60005", self_trade=terms.DECREMENT))
    assert (ended.executed, ended.status, ended.left_locked) == (0, terms.EXPIRED_IN_MATCH, 0)
    assert [(each.rest, each.prevented) for each in book.spot(ALICE).orders.values()] == [(amount("2"), 0)] * 2


def test_a_list_that_an_order_would_meet_stays_whole(book: World) -> None:
    """Alice's own ask of an OCO would expire, and its stop with it; afterwards both are open, and its fellow waits."""
    pair = [
        order(ALICE, "2", "60005", is_buy=False, order_type=terms.LIMIT_MAKER),
        order(ALICE, "2", is_buy=False, order_type=terms.STOP_LOSS, stop_price=amount("50000")),
    ]
    book.send(PlaceOrderList(terms.OCO, pair))
    before = asks(book)
    found = seen(book, order(ALICE, "1"))
    assert (found.prevented, found.worst_fill) == (1, amount("60010"))
    traded = seen(book, order(ALICE, "3", self_trade=terms.STP_NONE))
    assert (traded.fills, traded.worst_fill) == (2, amount("60010"))
    assert asks(book) == before
    spot = book.spot(ALICE)
    assert [each.is_open for each in spot.orders.values()] == [True, True]
    (kept,) = spot.order_lists.values()
    assert len(kept.live) == 2
