"""Order lists: which orders act, which end, what stands locked, and what waits (rule 9.7)."""

from tests.engine.world import (
    CAROL,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    with_pair,
)

from leverline.engine.commands import (
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    PlaceOrder,
    PlaceOrderList,
)
from leverline.engine.events import PendingRefused
from leverline.kernel.events import Event
from leverline.market.events import (
    ListAdvanced,
    ListEnded,
    ListPlaced,
    OrderEnded,
    OrderStarted,
    OrderTriggered,
    Trade,
)
from leverline.market.terms import (
    CANCELED,
    CAUSE_NONE,
    CAUSE_OCO,
    CAUSE_OTO_PHASE_ONE,
    CAUSE_REFUSED,
    CAUSE_USER,
    EXPIRED,
    FILLED,
    IOC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    OCO,
    OPO,
    OPOCO,
    OTO,
    OTOCO,
    PENDING_NEW,
    STOP_LOSS_LIMIT,
)
from leverline.rulebook.refusals import Refusal


def leg(
    is_buy: bool, kind: int, quantity: str = "0.1", price: str = "0", stop: str = "0", **words: object
) -> PlaceOrder:
    """Return one order of a list of Carol's spot wallet, unless the words say otherwise."""
    user_id = words.pop("user_id", CAROL)
    wallet = words.pop("wallet", SPOT)
    return PlaceOrder(
        user_id, wallet, "BTCUSDT", is_buy, kind, amount(quantity), amount(price), stop_price=amount(stop), **words
    )


def sell_pair(quantity: str = "0.1", **words: object) -> list[PlaceOrder]:
    """Return a target at 62,000 and a stop at 58,000 that sells from 57,000 on."""
    return [
        leg(False, LIMIT_MAKER, quantity, "62000", **words),
        leg(False, STOP_LOSS_LIMIT, quantity, "57000", "58000", **words),
    ]


def buy_pair(quantity: str = "0.1", **words: object) -> list[PlaceOrder]:
    """Return a stop at 62,000 that buys up to 63,000 and a target at 58,000."""
    return [
        leg(True, STOP_LOSS_LIMIT, quantity, "63000", "62000", **words),
        leg(True, LIMIT_MAKER, quantity, "58000", **words),
    ]


def carol(**rules: object) -> World:
    """Return a venue whose last price is 60,000 and in which Carol has 100,000 USDT and 2 BTC."""
    world = World(with_pair(parameters(), "BTCUSDT", **rules) if rules else None)
    world.user(CAROL, USDT="100000", BTC="2")
    trade_at(world, "60000")
    return world


def trade_at(world: World, price: str, size: str = "0.01") -> list[Event]:
    """Let the market be at `price`: the maker quotes there and takes it itself from another user."""
    if 90 not in world.engine.core.users:
        world.user(90, USDT="100000000", BTC="1000")
    world.maker(bid=price, ask="")
    events = world.send(world.limit(90, "BTCUSDT", False, size, price))
    world.maker(bid="", ask="")
    return events


def ends(events: list[Event]) -> list[tuple[int, int, int]]:
    """Return (order, status, cause) of the orders that ended, in order."""
    return [(each.order_id, each.status, each.cause) for each in of_kind(events, OrderEnded)]


def ids(events: list[Event]) -> list[int]:
    """Return the ids of the orders of the list that was placed."""
    return of_kind(events, ListPlaced)[0].order_ids


class TestPair:
    """One cancels the other."""

    def test_both_orders_lock_once(self) -> None:
        """A sell locks its quantity once; a buy what the dearer order needs: 0.1 × 63,000."""
        world = carol()
        world.send(PlaceOrderList(OCO, sell_pair()))
        assert world.spot(CAROL).holdings["BTC"].locked == amount("0.1")
        world.send(PlaceOrderList(OCO, buy_pair()))
        assert world.spot(CAROL).holdings["USDT"].locked == amount("6300")

    def test_a_fill_of_the_target_ends_the_stop(self) -> None:
        """Already the first part of it: the stop expires, the rest of the target stays."""
        world = carol()
        target, stop = ids(world.send(PlaceOrderList(OCO, sell_pair())))
        events = world.send(world.limit(90, "BTCUSDT", True, "0.04", "62000"))
        assert ends(events)[0] == (stop, EXPIRED, CAUSE_OCO)
        assert not of_kind(events, ListEnded)
        assert world.spot(CAROL).holdings["BTC"].locked == amount("0.06")
        events = world.send(world.limit(90, "BTCUSDT", True, "0.06", "62000"))
        assert (target, FILLED, CAUSE_NONE) in ends(events)
        assert len(of_kind(events, ListEnded)) == 1
        assert not world.spot(CAROL).order_lists

    def test_a_stop_that_triggers_ends_the_target(self) -> None:
        """The stop takes the funds over and sells them."""
        world = carol()
        target, stop = ids(world.send(PlaceOrderList(OCO, sell_pair())))
        events = trade_at(world, "58000")
        assert (target, EXPIRED, CAUSE_OCO) in ends(events)
        assert [each.order_id for each in of_kind(events, OrderTriggered)] == [stop]
        assert ends(events)[-1] == (stop, FILLED, CAUSE_NONE)
        assert world.spot(CAROL).holdings["BTC"].locked == 0
        assert len(of_kind(events, ListEnded)) == 1

    def test_what_a_bought_target_does_not_need_is_free_again(self) -> None:
        """The stop needed 0.1 × 63,000; after a first fill at 58,000 only the rest × 58,000 stays locked."""
        world = carol()
        world.send(PlaceOrderList(OCO, buy_pair()))
        world.send(world.limit(90, "BTCUSDT", False, "0.04", "58000"))
        assert world.spot(CAROL).holdings["USDT"].locked == amount("3480")

    def test_a_cancel_of_one_order_ends_the_list(self) -> None:
        """So does a cancel of the list, by id or client id, and of all orders."""
        for cancel in (
            lambda first, second: CancelOrder(CAROL, SPOT, "BTCUSDT", first),
            lambda first, second: CancelOrder(CAROL, SPOT, "BTCUSDT", second),
            lambda first, second: CancelOrderList(CAROL, SPOT, "BTCUSDT", 1),
            lambda first, second: CancelOrderList(CAROL, SPOT, "BTCUSDT", 0, "mine"),
            lambda first, second: CancelAllOrders(CAROL, SPOT, "BTCUSDT"),
        ):
            world = carol()
            first, second = ids(world.send(PlaceOrderList(OCO, sell_pair(), "mine")))
            events = world.send(cancel(first, second))
            assert sorted(ends(events)) == [(first, CANCELED, CAUSE_USER), (second, CANCELED, CAUSE_USER)]
            assert type(events[-1]) is ListEnded
            assert world.spot(CAROL).holdings["BTC"].locked == 0
            assert not world.spot(CAROL).orders
            assert world.spot(CAROL).by_pair["BTCUSDT"].list_count == 0

    def test_prices_must_lie_on_both_sides_of_the_last_price(self) -> None:
        """Target below the last price, stop above it: refused, nothing placed."""
        world = carol()
        wrong = [leg(False, LIMIT_MAKER, price="62000"), leg(False, STOP_LOSS_LIMIT, price="57000", stop="61000")]
        assert world.refusal(PlaceOrderList(OCO, wrong)) == Refusal.ORDER_LIST_PRICES


class TestWorkingOrder:
    """One triggers the other."""

    def test_pending_orders_lock_nothing_and_wait(self) -> None:
        """They are known and can be named, but are no open orders of the book."""
        world = carol()
        working, pending = ids(
            world.send(PlaceOrderList(OTO, [leg(True, LIMIT, price="59000"), leg(False, LIMIT, "1", price="61000")]))
        )
        assert world.spot(CAROL).holdings["BTC"].locked == 0
        assert list(world.spot(CAROL).orders) == [working]
        assert world.spot(CAROL).pending[pending].status == PENDING_NEW

    def test_a_whole_fill_places_what_waits(self) -> None:
        """Not before the last part."""
        world = carol()
        _, pending = ids(
            world.send(PlaceOrderList(OTO, [leg(True, LIMIT, price="59000"), leg(False, LIMIT, "1", price="61000")]))
        )
        events = world.send(world.limit(90, "BTCUSDT", False, "0.04", "59000"))
        assert not of_kind(events, OrderStarted)
        events = world.send(world.limit(90, "BTCUSDT", False, "0.06", "59000"))
        assert [each.order_id for each in of_kind(events, OrderStarted)] == [pending]
        assert len(of_kind(events, ListAdvanced)) == 1
        assert list(world.spot(CAROL).orders) == [pending]
        assert not world.spot(CAROL).pending
        assert world.spot(CAROL).holdings["BTC"].locked == amount("1")

    def test_a_working_order_that_trades_at_once_places_what_waits_at_once(self) -> None:
        """And a pending market order trades at once in its turn: the list is done in one command."""
        world = carol()
        world.maker()
        events = world.send(
            PlaceOrderList(OTO, [leg(True, LIMIT, price="60010"), leg(False, MARKET, "0.1")], "at once")
        )
        assert len(of_kind(events, Trade)) == 2
        assert type(of_kind(events, ListEnded)[0]) is ListEnded

    def test_the_end_of_the_working_order_ends_what_waits(self) -> None:
        """An IOC that is filled in part expires, and the pending pair with it."""
        world = carol()
        world.maker(ask="60010", size="0.04")
        working = leg(True, LIMIT, price="60010", time_in_force=IOC)
        events = world.send(PlaceOrderList(OTOCO, [working, *sell_pair()]))
        _, above, below = ids(events)
        assert ends(events)[-2:] == [(each, EXPIRED, CAUSE_OTO_PHASE_ONE) for each in (above, below)]
        assert not world.spot(CAROL).pending
        assert not world.engine.core.exchange.lists.open

    def test_a_refusal_of_what_waits_expires_it(self) -> None:
        """Carol has 2.0999 BTC then and 3 are to be sold: the user sees what expired and why."""
        world = carol()
        _, pending = ids(
            world.send(PlaceOrderList(OTO, [leg(True, LIMIT, price="59000"), leg(False, LIMIT, "3", price="61000")]))
        )
        events = world.send(world.limit(90, "BTCUSDT", False, "0.1", "59000"))
        assert of_kind(events, PendingRefused)[0].refusal == Refusal.INSUFFICIENT_BALANCE
        assert (pending, EXPIRED, CAUSE_REFUSED) in ends(events)
        assert len(of_kind(events, ListEnded)) == 1

    def test_a_pending_pair_becomes_an_open_one(self) -> None:
        """Working order filled: both orders stand, with one lock; a trigger ends the target."""
        world = carol()
        _, above, below = ids(world.send(PlaceOrderList(OTOCO, [leg(True, LIMIT, price="59000"), *sell_pair()])))
        world.send(world.limit(90, "BTCUSDT", False, "0.1", "59000"))
        assert list(world.spot(CAROL).orders) == [above, below]
        assert world.spot(CAROL).holdings["BTC"].locked == amount("0.1")
        events = trade_at(world, "58000")
        assert (above, EXPIRED, CAUSE_OCO) in ends(events)

    def test_a_cancel_of_what_waits_ends_the_list(self) -> None:
        """The working order too."""
        world = carol()
        working, above, below = ids(world.send(PlaceOrderList(OTOCO, [leg(True, LIMIT, price="59000"), *sell_pair()])))
        events = world.send(CancelOrder(CAROL, SPOT, "BTCUSDT", below))
        assert sorted(ends(events)) == [(each, CANCELED, CAUSE_USER) for each in (working, above, below)]


class TestPaying:
    """One pays the other."""

    def test_what_is_bought_stands_locked_and_is_sold(self) -> None:
        """0.1 BTC less 0.1 % commission, down to the step of 0.00001: 0.0999 BTC."""
        world = carol()
        _, pending = ids(
            world.send(PlaceOrderList(OPO, [leg(True, LIMIT, price="59000"), leg(False, LIMIT, "0", price="61000")]))
        )
        world.send(world.limit(90, "BTCUSDT", False, "0.04", "59000"))
        assert world.spot(CAROL).holdings["BTC"].locked == amount("0.03996")
        world.send(world.limit(90, "BTCUSDT", False, "0.06", "59000"))
        assert world.spot(CAROL).orders[pending].quantity == amount("0.0999")
        assert world.spot(CAROL).holdings["BTC"].locked == amount("0.0999")

    def test_a_cancel_frees_what_was_bought(self) -> None:
        """In part."""
        world = carol()
        ids(world.send(PlaceOrderList(OPOCO, [leg(True, LIMIT, price="59000"), *sell_pair("0")])))
        world.send(world.limit(90, "BTCUSDT", False, "0.04", "59000"))
        world.send(CancelOrderList(CAROL, SPOT, "BTCUSDT", 1))
        assert world.spot(CAROL).holdings["BTC"].locked == 0
