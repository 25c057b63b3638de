"""What the exchange tells margin and liquidation while it matches, and in which order."""

from tests.market.world import World

from leverline.kernel.decimals import parse_amount
from leverline.ledger.entries import UNLOCK, Entry
from leverline.market.account import TradingAccount
from leverline.market.exchange import FillHook
from leverline.market.order import Order
from leverline.market.terms import IOC


class Notebook(FillHook):
    """Writes down every call with the state it sees."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls: list[tuple[str, int, int]] = []
        self.unlocked_before: list[int] = []

    def after_fill(self, order: Order, received: int) -> None:
        """Note a fill; the books must be sound at this very moment."""
        self.calls.append(("fill", order.order_id, received))
        assert order.fill_quantity <= order.executed
        assert order.account.free(order.received_asset) >= received

    def after_end(self, order: Order, released: int) -> None:
        """Note an end and how many unlocks were booked before it."""
        self.calls.append(("end", order.order_id, released))
        entries = [event for event in self.world.log.events if isinstance(event, Entry) and event.kind == UNLOCK]
        self.unlocked_before.append(sum(entry.amount for entry in entries))
        assert order.locked == 0
        assert not order.is_open


class Repayer(FillHook):
    """Repays the debt in what was received."""

    def __init__(self, world: World) -> None:
        self.world = world

    def after_fill(self, order: Order, received: int) -> None:
        """Repay from the fill."""
        holding = order.receives
        assert holding is not None
        amount = min(received, holding.principal)
        if amount:
            self.world.ledger.repay(holding, 0, amount)


def test_maker_then_taker_are_told_of_each_fill_and_of_their_end(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """Received is net of commission; the taker's end comes last with what it saved."""
    notebook = Notebook(world)
    world.exchange.hook = notebook
    first = world.sell(alice, "1", "20000")
    second = world.sell(alice, "1", "20001")
    world.log.drain()
    taker = world.buy(bob, "1.5", "20002")
    assert notebook.calls == [
        ("fill", first.order_id, parse_amount("19980")),
        ("fill", taker.order_id, parse_amount("0.998")),
        ("end", first.order_id, 0),
        ("fill", second.order_id, parse_amount("9990.4995")),
        ("fill", taker.order_id, parse_amount("0.499")),
        ("end", taker.order_id, parse_amount("2.5")),
    ]
    assert (taker.fill_quantity, taker.fill_quote) == (parse_amount("0.5"), parse_amount("10000.5"))


def test_a_cancelled_order_is_unlocked_before_the_hook(world: World, alice: TradingAccount) -> None:
    """What it released is free when it is told, so that a loan can be repaid from it."""
    notebook = Notebook(world)
    world.exchange.hook = notebook
    world.cancel(world.sell(alice, "1", "20000"))
    assert notebook.calls == [("end", 1, parse_amount("1"))]
    assert notebook.unlocked_before == [parse_amount("1")]


def test_a_liquidation_order_is_told_of_each_fill_before_its_rest_is_unlocked(
    world: World, alice: TradingAccount
) -> None:
    """So that clearance fee and repayment happen per fill."""
    notebook = Notebook(world)
    world.exchange.hook = notebook
    debtor = world.debtor(4, BTC="10")
    world.buy(alice, "1", "20000")
    order = world.exchange.new_order(debtor, world.btc, False)
    order.is_liquidation, order.time_in_force = True, IOC
    order.price, order.quantity = parse_amount("19000"), parse_amount("3")
    world.log.drain()
    world.exchange.submit(order)
    kinds = [(kind, order_id) for kind, order_id, _ in notebook.calls]
    assert kinds == [("fill", 1), ("fill", order.order_id), ("end", 1), ("end", order.order_id)]
    assert notebook.unlocked_before[0] == 0
    assert notebook.calls[-1][2] == parse_amount("2")


def test_a_hook_may_repay_while_the_order_goes_on_matching(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """A short's buy repays with its first fill; from then on it owes nothing and no band holds it."""
    debtor = world.debtor(4, asset="BTC", debt="0.5", USDT="1000000")
    world.ledger.withdraw(debtor.holding("BTC"), parse_amount("0.5"))
    world.exchange.hook = Repayer(world)
    world.sell(alice, "1", "20000")
    world.sell(bob, "1", "25000")
    order = world.buy(debtor, "2", "25000")
    assert debtor.debts == 0
    assert order.executed == parse_amount("2")


def test_a_maker_that_repays_by_its_fill_stays_in_the_queue(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """Its rest stands where it stood."""
    debtor = world.debtor(4, asset="BTC", debt="0.5", USDT="1000000")
    world.exchange.hook = Repayer(world)
    resting = world.buy(debtor, "2", "20000")
    world.sell(alice, "1", "20000")
    assert debtor.debts == 0
    assert world.btc.book.bids.orders() == [resting]
