"""Order lists of margin accounts: loans, what a pair counts for, repayment, liquidation (rules 9.2, 9.7)."""

from tests.engine.world import ALICE, CROSS, World, amount, of_kind

from leverline.engine.commands import (
    Borrow,
    CancelOrderList,
    CloseAccount,
    PlaceOrder,
    PlaceOrderList,
    SwitchMode,
)
from leverline.engine.events import PendingRefused
from leverline.liquidation.events import LiquidationStarted
from leverline.margin.account import PRO
from leverline.margin.order_effects import open_effects
from leverline.market.events import ListEnded, ListPlaced, OrderEnded, OrderStarted
from leverline.market.terms import (
    AUTO_REPAY,
    BETTER,
    CANCELED,
    CAUSE_LIQUIDATION,
    LIMIT,
    LIMIT_MAKER,
    MARGIN_BUY,
    OCO,
    OPO,
    OTO,
    OTOCO,
    STOP_LOSS_LIMIT,
    WORSE,
)
from leverline.rulebook.refusals import Refusal


def order(is_buy: bool, kind: int, price: str, stop: str = "0", quantity: str = "0.5", effect: int = 0) -> PlaceOrder:
    """Return one order of a list of Alice's cross account."""
    return PlaceOrder(
        ALICE, CROSS, "BTCUSDT", is_buy, kind, amount(quantity), amount(price), stop_price=amount(stop),
        side_effect=effect,
    )  # fmt: skip


def buy_pair(effect: int = 0, quantity: str = "0.5") -> list[PlaceOrder]:
    """Return a stop that buys from 62,000 up to 63,000, and a target at 58,000."""
    return [
        order(True, STOP_LOSS_LIMIT, "63000", "62000", quantity, effect),
        order(True, LIMIT_MAKER, "58000", "0", quantity, effect),
    ]


def sell_pair(effect: int = 0, quantity: str = "0.5") -> list[PlaceOrder]:
    """Return a target at 62,000, and a stop that sells from 58,000 down to 57,000."""
    return [
        order(False, LIMIT_MAKER, "62000", "0", quantity, effect),
        order(False, STOP_LOSS_LIMIT, "57000", "58000", quantity, effect),
    ]


def alice(funds: str = "20000") -> World:
    """Return a venue in which Alice has so many USDT in a cross account and the last price is 60,000."""
    world = World()
    world.cross(ALICE, USDT=funds)
    world.user(90, USDT="10000000", BTC="100")
    world.maker(ask="60000", bid="")
    world.send(world.limit(90, "BTCUSDT", True, "0.01", "60000"))
    world.maker(bid="", ask="")
    return world


def principal(world: World, asset: str = "USDT") -> int:
    """Return what Alice's cross account owes of an asset without interest."""
    return world.holding(ALICE, asset).principal


class TestLoans:
    """A pair borrows once, what waits borrows when it is placed."""

    def test_a_pair_borrows_what_the_dearer_order_lacks(self) -> None:
        """0.5 × 63,000 − 20,000 = 11,500; one of both orders bears it."""
        world = alice()
        world.send(PlaceOrderList(OCO, buy_pair(MARGIN_BUY)))
        assert principal(world) == amount("11500")
        assert sum(each.loan for each in world.account(ALICE).orders.values()) == amount("11500")
        assert world.holding(ALICE, "USDT").locked == amount("31500")

    def test_a_cancel_repays_it(self) -> None:
        """All of it was locked."""
        world = alice()
        world.send(PlaceOrderList(OCO, buy_pair(MARGIN_BUY)))
        world.send(CancelOrderList(ALICE, CROSS, "BTCUSDT", 1))
        assert principal(world) == 0

    def test_a_trigger_takes_lock_and_loan_over(self) -> None:
        """The stop rests at 63,000 with all that was locked; the target's end repays nothing."""
        world = alice()
        events = world.send(PlaceOrderList(OCO, buy_pair(MARGIN_BUY)))
        stop, _ = of_kind(events, ListPlaced)[0].order_ids
        world.maker(ask="62000", bid="", size="0.01")
        world.send(world.limit(90, "BTCUSDT", True, "0.01", "62000"))
        (left,) = world.account(ALICE).orders.values()
        assert (left.order_id, left.loan, left.locked) == (stop, amount("11500"), amount("31500"))
        assert principal(world) == amount("11500")

    def test_a_target_that_is_filled_keeps_the_loan_it_spent(self) -> None:
        """29,000 are spent; the 2,500 that only the stop needed are repaid."""
        world = alice()
        world.send(PlaceOrderList(OCO, buy_pair(MARGIN_BUY)))
        world.send(world.limit(90, "BTCUSDT", False, "0.5", "58000"))
        assert principal(world) == amount("9000")

    def test_what_waits_borrows_in_its_turn(self) -> None:
        """A short of 0.5 BTC behind a buy of 0.1: 0.5 − 0.0999 BTC are borrowed when the buy is filled."""
        world = alice()
        orders = [
            order(True, LIMIT, "59000", quantity="0.1", effect=MARGIN_BUY),
            order(False, LIMIT, "61000", quantity="0.5", effect=MARGIN_BUY),
        ]
        world.send(PlaceOrderList(OTO, orders))
        assert world.account(ALICE).debts == 0
        world.send(world.limit(90, "BTCUSDT", False, "0.1", "59000"))
        assert principal(world, "BTC") == amount("0.4001")

    def test_a_loan_beyond_the_limit_refuses_what_waits(self) -> None:
        """The pending order expires, the filled one stands."""
        world = alice("1000")
        orders = [
            order(True, LIMIT, "59000", quantity="0.01", effect=MARGIN_BUY),
            order(False, LIMIT, "61000", quantity="50", effect=MARGIN_BUY),
        ]
        world.send(PlaceOrderList(OTO, orders))
        events = world.send(world.limit(90, "BTCUSDT", False, "0.01", "59000"))
        assert of_kind(events, PendingRefused)[0].refusal == Refusal.EXCEEDS_MAX_BORROWABLE
        assert len(of_kind(events, ListEnded)) == 1


class TestLevels:
    """Of a pair one order counts; what waits does not."""

    def test_a_pair_counts_as_its_worse_order(self) -> None:
        """The stop that may pay 63,000, not the target at 58,000 too."""
        world = alice()
        world.send(PlaceOrderList(OCO, buy_pair(MARGIN_BUY)))
        account = world.account(ALICE)
        assert sorted(each.pair_role for each in account.orders.values()) == [WORSE, BETTER]
        (effect,) = open_effects(world.engine.core.risk.sheet(account), 0)
        assert effect.give == amount("31500")

    def test_the_open_order_loss_of_a_pro_account_is_that_of_one_order(self) -> None:
        """The same as if the stop stood alone."""
        found = []
        for orders in (sell_pair(0, "0.4"), sell_pair(0, "0.4")[1:]):
            world = alice("100000")
            world.send(SwitchMode(ALICE, PRO))
            world.send(world.limit(ALICE, "BTCUSDT", True, "0.5", "59000", kind=CROSS, side_effect=MARGIN_BUY))
            world.send(world.limit(90, "BTCUSDT", False, "0.5", "59000"))
            world.send(
                PlaceOrder(ALICE, CROSS, "BTCUSDT", True, LIMIT, amount("2"), amount("59000"), side_effect=MARGIN_BUY)
            )
            world.send(*([PlaceOrderList(OCO, orders)] if len(orders) == 2 else orders))
            found.append(world.engine.core.risk.value(world.account(ALICE)).order_loss)
        assert found[0] == found[1] > 0

    def test_what_waits_is_no_open_order(self) -> None:
        """Neither its loan nor its loss counts before its turn."""
        world = alice()
        world.send(PlaceOrderList(OTOCO, [order(True, LIMIT, "59000", quantity="0.3"), *sell_pair(0, "0.2")]))
        assert len(world.account(ALICE).orders) == 1
        assert len(world.account(ALICE).pending) == 2


class TestEnds:
    """What ends an account's orders ends its lists whole."""

    def test_a_liquidation_cancels_lists_whole(self) -> None:
        """Working and pending orders alike."""
        world = alice("10000")
        world.send(world.limit(ALICE, "BTCUSDT", True, "0.6", "60000", kind=CROSS, side_effect=MARGIN_BUY))
        world.maker(bid="", ask="60000")
        world.maker(bid="", ask="")
        world.send(world.limit(90, "BTCUSDT", False, "0.6", "60000"))
        working = order(False, LIMIT, "61000", quantity="0.1")
        world.send(PlaceOrderList(OTOCO, [working, *buy_pair(0, "0.1")]))
        events = world.index(BTC="44000")
        causes = [(each.status, each.cause) for each in of_kind(events, OrderEnded)][:3]
        assert causes == [(CANCELED, CAUSE_LIQUIDATION)] * 3
        assert len(of_kind(events, ListEnded)) == 1
        assert not world.account(ALICE).pending

    def test_closing_an_account_ends_its_lists(self) -> None:
        """And what they held repays."""
        world = alice()
        world.send(PlaceOrderList(OCO, buy_pair(MARGIN_BUY)))
        world.maker()
        events = world.send(CloseAccount(ALICE, CROSS))
        assert len(of_kind(events, ListEnded)) == 1
        assert world.account(ALICE).debts == 0


class TestLiquidationByTheFillThatPays:
    """The fill that makes pending orders due may be the one that begins a liquidation."""

    def test_what_was_bought_is_the_liquidation_s(self) -> None:
        """An OPO's receipts stand locked with its pending order, which ends with the account's other orders."""
        world = alice()
        world.send(Borrow(ALICE, CROSS, "ETH", amount("20")))
        world.send(world.limit(90, "ETHUSDT", True, "20", "3000"))
        world.send(PlaceOrder(ALICE, CROSS, "ETHUSDT", False, LIMIT, amount("20"), amount("3000")))
        legs = [order(True, LIMIT, "60000", quantity="1.3323"), order(False, LIMIT, "70000", quantity="0")]
        world.send(PlaceOrderList(OPO, legs))
        world.index(ETH="3300")
        world.index(ETH="3618")
        world.index(BTC="58900")
        events = world.send(world.limit(90, "BTCUSDT", False, "1.3323", "60000"))
        assert of_kind(events, LiquidationStarted)
        assert not of_kind(events, OrderStarted)
        (pending,) = [each for each in of_kind(events, OrderEnded) if each.user_id == ALICE and each.status == CANCELED]
        assert pending.cause == CAUSE_LIQUIDATION
        assert of_kind(events, ListEnded)
        assert world.holding(ALICE, "BTC").locked == 0
        assert not world.account(ALICE).pending and not world.account(ALICE).order_lists

    def test_what_repays_is_not_there_to_pay(self) -> None:
        """An OPO whose buy repays with what it receives is refused."""
        world = alice()
        legs = [
            order(True, LIMIT, "50000", effect=AUTO_REPAY),
            order(False, LIMIT, "70000", quantity="0", effect=AUTO_REPAY),
        ]
        assert world.refusal(PlaceOrderList(OPO, legs)) == Refusal.ORDER_TYPE_COMBINATION
