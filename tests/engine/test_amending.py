"""Amending orders of margin accounts: what is freed repays the order's loan where its end would (rule 9.9)."""

import pytest
from tests.engine.test_lists_on_margin import alice, buy_pair, order, sell_pair
from tests.engine.world import ALICE, CROSS, SPOT, World, amount, of_kind

from leverline.engine.codec import event_to_dict
from leverline.engine.commands import AmendOrder, CancelOrderList, Deposit, PlaceOrder, PlaceOrderList, Transfer
from leverline.engine.engine import restore
from leverline.engine.events import Refused
from leverline.lending.events import Repaid
from leverline.market.events import (
    ListPlaced,
    OrderAccepted,
    OrderAmended,
    OrderEnded,
    OrderStarted,
    SelfTradePrevented,
)
from leverline.market.terms import (
    DECREMENT,
    EXPIRED,
    FILLED,
    LIMIT,
    MARGIN_BUY,
    OCO,
    OTO,
    OTOCO,
    STOP_LOSS_LIMIT,
)
from leverline.rulebook.refusals import Refusal


def borrowed(world: World, is_repaid: bool) -> int:
    """Let Alice bid for one BTC at 50,000 with what she has and a loan; return the order's id."""
    order = PlaceOrder(
        ALICE, CROSS, "BTCUSDT", True, LIMIT, amount("1"), amount("50000"), side_effect=MARGIN_BUY,
        is_repaid_at_cancel=is_repaid, client_id="mine",
    )  # fmt: skip
    (accepted,) = of_kind(world.send(order), OrderAccepted)
    return accepted.order_id


@pytest.mark.parametrize("is_repaid", [True, False])
def test_what_an_amendment_frees_repays_the_loan_as_a_cancel_would(world: World, is_repaid: bool) -> None:
    """Of 50,000 locked, 20,000 borrowed, three tenths are freed: 15,000 repay principal, or are free."""
    world.cross(ALICE, USDT="30000")
    order_id = borrowed(world, is_repaid)
    account = world.account(ALICE)
    holding = account.holdings["USDT"]
    owed, free = holding.principal, holding.free
    events = world.send(AmendOrder(ALICE, CROSS, "BTCUSDT", order_id, amount("0.7"), "", "mine"))
    (amended,) = of_kind(events, OrderAmended)
    assert (amended.old_quantity, amended.quantity) == (amount("1"), amount("0.7"))
    repaid = amount("15000") if is_repaid else 0
    assert sum(event.principal for event in of_kind(events, Repaid)) == repaid
    assert (owed - holding.principal, holding.free - free) == (repaid, amount("15000") - repaid)
    order = account.orders[order_id]
    assert (order.locked, order.loan) == (amount("35000"), owed - repaid)
    assert world.engine.conservation_faults() == []


def test_the_account_in_liquidation_amends_nothing(world: World) -> None:
    """Its orders belong to the liquidation."""
    world.cross(ALICE, USDT="30000")
    order_id = borrowed(world, True)
    account = world.account(ALICE)
    account.is_locked = True
    events = world.attempt(AmendOrder(ALICE, CROSS, "BTCUSDT", order_id, amount("0.7")))
    (refused,) = of_kind(events, Refused)
    assert refused.refusal == Refusal.ACCOUNT_LOCKED


def test_a_restored_venue_knows_how_often_an_order_was_amended_and_what_trails(world: World) -> None:
    """The count of amendments, the best price seen and the trigger that follows."""
    world.user(ALICE, USDT="200000", BTC="2")
    world.maker(bid="59990", ask="60010")
    world.send(PlaceOrder(ALICE, SPOT, "BTCUSDT", True, LIMIT, amount("0.1"), amount("60010")))
    stop = PlaceOrder(
        ALICE, SPOT, "BTCUSDT", False, STOP_LOSS_LIMIT, amount("1"), amount("50000"), trailing_delta=500,
        client_id="trails",
    )  # fmt: skip
    world.send(stop)
    for quantity in ("0.9", "0.8"):
        world.send(AmendOrder(ALICE, SPOT, "BTCUSDT", 0, amount(quantity), "trails", "trails"))
    twin = restore(world.parameters, world.engine.snapshot())
    order = twin.core.users[ALICE].spot.by_client_id["trails"]
    assert (order.amends, order.quantity) == (2, amount("0.8"))
    assert order.trail is not None
    assert order.trail.best == amount("60010")
    world.maker(bid="57000", ask="57100")
    twin = restore(world.parameters, world.engine.snapshot())
    sale = PlaceOrder(ALICE, SPOT, "BTCUSDT", False, LIMIT, amount("0.1"), amount("57000"))
    told = [[event_to_dict(each) for each in engine.apply(sale, world.time)] for engine in (world.engine, twin)]
    assert told[0] == told[1]
    assert [each["order_id"] for each in told[0] if each["event"] == "OrderTriggered"] == [order.order_id]


@pytest.mark.parametrize("leg", [0, 1])
def test_either_order_of_a_pair_amended_takes_the_other_with_it(leg: int) -> None:
    """Both are of 0.3 instead of 0.5: 0.2 × 63,000 are freed, and repay the loan of both, 11,500, first."""
    world = alice()
    (placed,) = of_kind(world.send(PlaceOrderList(OCO, buy_pair(MARGIN_BUY))), ListPlaced)
    chosen, other = placed.order_ids[leg], placed.order_ids[1 - leg]
    events = world.send(AmendOrder(ALICE, CROSS, "BTCUSDT", chosen, amount("0.3"), "", "less"))
    told = [(each.order_id, each.client_id, each.quantity) for each in of_kind(events, OrderAmended)]
    assert told == [(chosen, "less", amount("0.3")), (other, "", amount("0.3"))]
    assert sum(event.principal for event in of_kind(events, Repaid)) == amount("11500")
    orders = world.account(ALICE).orders
    assert [order.rest for order in orders.values()] == [amount("0.3")] * 2
    assert sum(order.locked for order in orders.values()) == amount("18900")
    assert sum(order.loan for order in orders.values()) == 0
    world.restart()
    assert [order.amends for order in world.account(ALICE).orders.values()] == [1, 1]
    world.send(CancelOrderList(ALICE, CROSS, "BTCUSDT", placed.list_id))
    assert world.holding(ALICE, "USDT").locked == 0
    assert world.engine.conservation_faults() == []


def test_a_pair_that_waits_is_amended_as_one_and_its_working_order_by_itself() -> None:
    """The pair goes to 0.2, the order it waits for stays at 0.5, or goes to 0.4 alone."""
    world = alice("100000")
    working = PlaceOrder(ALICE, CROSS, "BTCUSDT", True, LIMIT, amount("0.5"), amount("59000"))
    (placed,) = of_kind(world.send(PlaceOrderList(OTOCO, [working, *sell_pair()])), ListPlaced)
    first, above, below = placed.order_ids
    events = world.send(AmendOrder(ALICE, CROSS, "BTCUSDT", below, amount("0.2")))
    assert [each.order_id for each in of_kind(events, OrderAmended)] == [below, above]
    events = world.send(AmendOrder(ALICE, CROSS, "BTCUSDT", first, amount("0.4")))
    assert [each.order_id for each in of_kind(events, OrderAmended)] == [first]
    (order_list,) = world.account(ALICE).order_lists.values()
    assert [order.quantity for order in order_list.live] == [amount("0.4"), amount("0.2"), amount("0.2")]
    assert world.holding(ALICE, "USDT").locked == amount("23600")


def own_sale(quantity: str, price: str) -> PlaceOrder:
    """Return a sale out of Alice's spot wallet that meets her own bid."""
    return PlaceOrder(ALICE, SPOT, "BTCUSDT", False, LIMIT, amount(quantity), amount(price), self_trade=DECREMENT)


class TestDecremented:
    """What self-trade prevention takes off an order of a margin account is freed as an amendment frees it."""

    @pytest.mark.parametrize("is_repaid", [True, False])
    def test_the_loan_of_what_is_taken_off_is_repaid_as_at_a_cancel(self, world: World, is_repaid: bool) -> None:
        """Three tenths of a bid of 50,000, of which 20,000 are lent, come to 15,000."""
        world.cross(ALICE, USDT="30000")
        order_id = borrowed(world, is_repaid)
        world.send(Deposit(ALICE, "BTC", amount("1")))
        account = world.account(ALICE)
        holding, before = account.holdings["USDT"], account.holdings["USDT"].principal
        events = world.send(own_sale("0.3", "50000"))
        repaid = amount("15000") if is_repaid else 0
        assert before - holding.principal == repaid
        order = account.orders[order_id]
        assert (order.locked, order.loan, order.rest) == (amount("35000"), before - repaid, amount("0.7"))
        assert world.spot(ALICE).holding("BTC").locked == 0
        (match,) = of_kind(events, SelfTradePrevented)
        assert (match.taker_quantity, match.maker_quantity) == (amount("0.3"), amount("0.3"))
        world.restart()
        assert world.account(ALICE).orders[order_id].ordered == amount("1")
        assert world.engine.conservation_faults() == []

    def test_what_is_taken_off_counts_as_done_when_the_order_is_amended(self, world: World) -> None:
        """Of one BTC three tenths are gone: to a half leaves two tenths, to three tenths leaves nothing."""
        world.cross(ALICE, USDT="30000")
        order_id = borrowed(world, True)
        world.send(Deposit(ALICE, "BTC", amount("1")), own_sale("0.3", "50000"))
        assert world.refusal(AmendOrder(ALICE, CROSS, "BTCUSDT", order_id, amount("0.3"))) == (
            Refusal.QUANTITY_NOT_POSITIVE
        )
        (amended,) = of_kind(world.send(AmendOrder(ALICE, CROSS, "BTCUSDT", order_id, amount("0.5"))), OrderAmended)
        assert (amended.old_quantity, amended.quantity, amended.prevented) == (
            amount("1"), amount("0.5"), amount("0.3"),
        )  # fmt: skip
        assert world.account(ALICE).orders[order_id].rest == amount("0.2")

    def test_a_decremented_order_of_a_pair_takes_the_other_with_it(self) -> None:
        """The bid of a pair of 0.5 at 58,000 loses 0.2, and so does its stop, which is told of as amended."""
        world = alice("60000")
        (placed,) = of_kind(world.send(PlaceOrderList(OCO, buy_pair())), ListPlaced)
        stop, bid = placed.order_ids
        world.send(Deposit(ALICE, "BTC", amount("1")))
        sale = own_sale("0.2", "58000")
        (amended,) = of_kind(world.send(sale), OrderAmended)
        assert (amended.order_id, amended.quantity) == (stop, amount("0.3"))
        orders = world.account(ALICE).orders
        assert (orders[bid].rest, orders[bid].ordered, orders[bid].amends) == (amount("0.3"), amount("0.5"), 0)
        assert world.holding(ALICE, "USDT").locked == amount("18900")
        assert world.engine.conservation_faults() == []

    def test_the_other_order_of_a_pair_is_judged_at_what_would_be_left_of_it(self) -> None:
        """A bid of 0.5, 0.2 of it prevented, stands beside a stop of 0.3: cut to 0.20001, that would be a crumb."""
        world = alice("60000")
        (placed,) = of_kind(world.send(PlaceOrderList(OCO, buy_pair())), ListPlaced)
        world.send(Deposit(ALICE, "BTC", amount("1")))
        world.send(own_sale("0.2", "58000"))
        command = AmendOrder(ALICE, CROSS, "BTCUSDT", placed.order_ids[1], amount("0.20001"), new_client_id="less")
        assert world.refusal(command) == Refusal.FILTER_NOTIONAL

    def test_what_waits_for_a_whole_fill_is_not_placed_after_less(self) -> None:
        """0.2 of a working bid of 0.5 are prevented, the rest is bought: the sale of 0.5 that waits expires."""
        world = alice("60000")
        legs = [order(True, LIMIT, "50000", quantity="0.5"), order(False, LIMIT, "70000", quantity="0.5")]
        (placed,) = of_kind(world.send(PlaceOrderList(OTO, legs)), ListPlaced)
        world.send(Deposit(ALICE, "BTC", amount("2")))
        world.send(Transfer(ALICE, "BTC", amount("1"), SPOT, CROSS))
        world.send(own_sale("0.2", "50000"))
        events = world.send(world.limit(90, "BTCUSDT", False, "0.3", "50000"))
        ended = {each.order_id: each.status for each in of_kind(events, OrderEnded)}
        assert [ended[order_id] for order_id in placed.order_ids] == [FILLED, EXPIRED]
        assert not world.account(ALICE).order_lists and not of_kind(events, OrderStarted)
        assert world.engine.conservation_faults() == []
