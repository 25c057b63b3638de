"""Amending orders of margin accounts: what is freed repays the order's loan where its end would (rule 9.9)."""

import pytest
from tests.engine.world import ALICE, CROSS, SPOT, World, amount, of_kind

from leverline.engine.codec import event_to_dict
from leverline.engine.commands import AmendOrder, PlaceOrder
from leverline.engine.engine import restore
from leverline.engine.events import Refused
from leverline.lending.events import Repaid
from leverline.market.events import OrderAccepted, OrderAmended
from leverline.market.terms import LIMIT, MARGIN_BUY, STOP_LOSS_LIMIT
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
