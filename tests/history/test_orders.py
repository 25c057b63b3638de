"""What history knows of single orders, and the executions that their owners are told of."""

from tests.engine.world import ALICE, BOB, CAROL, CROSS, SPOT, amount
from tests.history.world import Told

from leverline.engine.commands import CancelAllOrders, CancelOrder, PlaceOrder, ReplaceOrder
from leverline.history.executions import CANCELLED, FILL, LAPSED, PLACED, PREVENTED, TRIGGERED
from leverline.history.wallets import WalletRecord
from leverline.market.terms import (
    CANCELED,
    CAUSE_IOC_REST,
    CAUSE_REPLACED,
    CAUSE_USER,
    EXPIRE_BOTH,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    IOC,
    LIMIT,
    MARGIN_BUY,
    MARKET,
    NEW,
    PARTIALLY_FILLED,
    STOP_LOSS_LIMIT,
)


def told(world: Told) -> list[tuple[int, int, int]]:
    """Return (kind, status, executed) of the last commit's executions."""
    return [(each.kind, each.order.status, each.order.executed) for each in world.known.executions]


def carol(world: Told) -> int:
    """Let Carol trade spot; return her wallet."""
    world.user(CAROL, USDT="1000000", BTC="10")
    return world.spot(CAROL).wallet_id


def test_an_order_is_told_of_when_placed_filled_and_cancelled(world: Told) -> None:
    """Each execution is a copy of what the order was at that moment; their numbers rise."""
    wallet = carol(world)
    world.user(ALICE, BTC="10")
    world.send(world.limit(CAROL, "BTCUSDT", True, "1", "60000", client_id="first"))
    placed = world.known.executions
    assert told(world) == [(PLACED, NEW, 0)]
    world.send(world.limit(ALICE, "BTCUSDT", False, "0.25", "60000"))
    fills = world.known.executions
    assert [each.order.user_id for each in fills] == [ALICE, ALICE, CAROL]
    mine = [each for each in fills if each.order.user_id == CAROL]
    assert [(each.kind, each.order.status, each.is_maker) for each in mine] == [(FILL, PARTIALLY_FILLED, True)]
    assert (mine[0].last_quantity, mine[0].last_price, mine[0].last_quote) == (
        amount("0.25"), amount("60000"), amount("15000"),
    )  # fmt: skip
    world.send(CancelOrder(CAROL, SPOT, "BTCUSDT", 0, "first"))
    assert told(world) == [(CANCELLED, CANCELED, amount("0.25"))]
    assert placed[0].order.executed == 0
    ids = [each.execution_id for each in (*placed, *fills, *world.known.executions)]
    assert ids == sorted(set(ids))
    record = world.known.orders.by_client_id(wallet, "first")
    assert record is not None
    assert (record.status, record.cause, record.executed_quote) == (CANCELED, CAUSE_USER, amount("15000"))


def test_the_last_fill_of_a_filled_order_says_so(world: Told) -> None:
    """A taker through two makers: partly filled, then filled; no execution of its own for the end."""
    carol(world)
    world.maker(ask="60010", size="1")
    world.user(ALICE, BTC="10")
    world.send(world.limit(ALICE, "BTCUSDT", False, "1", "60020"))
    world.send(world.limit(CAROL, "BTCUSDT", True, "2", "60020"))
    mine = [each for each in world.known.executions if each.order.user_id == CAROL]
    assert [(each.kind, each.order.status, each.order.executed) for each in mine] == [
        (PLACED, NEW, 0), (FILL, PARTIALLY_FILLED, amount("1")), (FILL, FILLED, amount("2")),
    ]  # fmt: skip
    assert all(each.order.user_id in (ALICE, CAROL) for each in world.known.executions)


def test_a_market_order_by_quote_amount_ends_filled(world: Told) -> None:
    """Its last fill bears the status though no quantity was named."""
    carol(world)
    world.maker()
    world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", True, MARKET, quote_quantity=amount("60010")))
    assert told(world) == [(PLACED, NEW, 0), (FILL, FILLED, amount("1"))]


def test_what_an_order_leaves_unfilled_expires(world: Told) -> None:
    """An IOC order's rest."""
    carol(world)
    world.maker(size="0.5")
    world.send(world.limit(CAROL, "BTCUSDT", True, "1", "60010", time_in_force=IOC))
    assert told(world) == [
        (PLACED, NEW, 0), (FILL, PARTIALLY_FILLED, amount("0.5")), (LAPSED, EXPIRED, amount("0.5")),
    ]  # fmt: skip
    assert world.known.executions[-1].order.cause == CAUSE_IOC_REST


def test_own_orders_that_meet_are_prevented_with_what_they_had_left(world: Told) -> None:
    """Both expire; each execution names the other order, the records keep the match."""
    wallet = carol(world)
    world.send(world.limit(CAROL, "BTCUSDT", False, "1", "60000"))
    world.send(world.limit(CAROL, "BTCUSDT", True, "0.4", "60000", self_trade=EXPIRE_BOTH))
    taker, maker = sorted(
        (each for each in world.known.executions if each.kind == PREVENTED), key=lambda each: -each.order.order_id
    )
    assert {each.order.status for each in (taker, maker)} == {EXPIRED_IN_MATCH}
    assert (taker.order.prevented_quantity, maker.order.prevented_quantity) == (amount("0.4"), amount("1"))
    assert (taker.counter_order, maker.counter_order) == (maker.order.order_id, taker.order.order_id)
    matches = world.known.prevented.of(wallet, "BTCUSDT")
    assert [match.match_id for match in matches] == [taker.order.prevented_match]
    assert world.known.prevented.of(wallet, "BTCUSDT", order_id=maker.order.order_id) == matches
    assert world.known.prevented.of(wallet, "BTCUSDT", from_id=matches[0].match_id + 1) == []


def test_a_conditional_order_works_from_its_trigger_on(world: Told) -> None:
    """Until then it has no working time."""
    carol(world)
    world.user(ALICE, USDT="1000000", BTC="10")
    world.maker()
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.1", "60010"))
    stop = PlaceOrder(
        CAROL, SPOT, "BTCUSDT", True, STOP_LOSS_LIMIT, amount("0.1"), amount("60500"), stop_price=amount("60200")
    )
    world.send(stop)
    waiting = world.known.executions[-1].order
    assert (waiting.is_working, waiting.working_time) == (False, 0)
    world.maker(bid="60150", ask="60300")
    world.advance(5)
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.1", "60300"))
    mine = [each for each in world.known.executions if each.order.user_id == CAROL]
    assert [each.kind for each in mine] == [TRIGGERED, FILL]
    assert (mine[0].order.is_working, mine[0].order.working_time) == (True, world.time)
    assert not waiting.is_working


def test_the_loan_of_an_order_is_known_and_what_its_end_repaid(world: Told) -> None:
    """MARGIN_BUY: amount and asset at placement; cancelling tells what was repaid."""
    account = world.cross(ALICE, USDT="10000")
    world.maker()
    world.send(PlaceOrder(ALICE, CROSS, "BTCUSDT", True, LIMIT, amount("0.4"), amount("50000"), side_effect=MARGIN_BUY))
    order = world.known.executions[-1].order
    assert (order.loan, order.loan_asset) == (amount("10000"), "USDT")
    world.send(CancelAllOrders(ALICE, CROSS, "BTCUSDT"))
    assert world.known.executions[-1].repaid == amount("10000")
    assert world.known.orders.open_of(account.wallet_id) == []


def test_orders_of_a_pair_are_found_by_id_and_by_time(world: Told) -> None:
    """From an id on, within a window, or the newest; a client id gives the newest that bore it."""
    wallet = carol(world)
    for number in range(8):
        world.advance(1_000_000)
        world.send(world.limit(CAROL, "BTCUSDT", True, "0.1", str(50_000 + number), client_id="again"))
        if number < 7:
            world.send(CancelAllOrders(CAROL, SPOT, "BTCUSDT"))
    orders = world.known.orders
    everything = orders.all_of(wallet, "BTCUSDT")
    assert len(everything) == 8
    assert orders.all_of(wallet, "BTCUSDT", limit=3) == everything[-3:]
    assert orders.all_of(wallet, "BTCUSDT", from_id=everything[2].order_id, limit=3) == everything[2:5]
    assert orders.all_of(wallet, "BTCUSDT", since=everything[1].time, limit=2) == everything[1:3]
    assert orders.all_of(wallet, "BTCUSDT", until=everything[4].time, limit=2) == everything[3:5]
    assert orders.all_of(wallet, "ETHUSDT") == []
    assert orders.by_client_id(wallet, "again") is everything[-1]
    assert orders.open_of(wallet, "BTCUSDT") == [everything[-1]]
    assert orders.open_of(wallet, "ETHUSDT") == []


def test_a_replaced_order_ends_as_replaced(world: Told) -> None:
    """Cancel and placement are told of in this order."""
    carol(world)
    world.send(world.limit(CAROL, "BTCUSDT", True, "1", "50000"))
    old = world.known.executions[-1].order.order_id
    world.send(ReplaceOrder(old, world.limit(CAROL, "BTCUSDT", True, "1", "51000")))
    assert [each.kind for each in world.known.executions] == [CANCELLED, PLACED]
    assert world.known.executions[0].order.cause == CAUSE_REPLACED


def test_quotes_leave_no_orders_executions_or_trades_of_an_account(world: Told) -> None:
    """Makers' quotes are the engine's to know."""
    carol(world)
    world.maker()
    assert world.known.executions == []
    world.send(world.limit(CAROL, "BTCUSDT", True, "1", "60010"))
    maker = world.spot(5).wallet_id
    assert world.known.orders.open_of(maker) == []
    assert world.known.account_trades.of(maker, "BTCUSDT") == []
    assert world.known.trades.newest("BTCUSDT", 5)


def test_wallets_are_known_by_id_and_by_owner(world: Told) -> None:
    """Spot at registration, margin accounts when they are opened."""
    cross = world.cross(ALICE, USDT="100")
    isolated = world.isolated(BOB, "BTCUSDT", USDT="100")
    wallets = world.known.wallets
    assert wallets.get(cross.wallet_id) == WalletRecord(cross.wallet_id, ALICE, 1, "")
    assert wallets.of(BOB, 2, "BTCUSDT") == WalletRecord(isolated.wallet_id, BOB, 2, "BTCUSDT")
    assert wallets.of(BOB, 1) is None
    assert wallets.spot(BOB) == wallets.get(world.spot(BOB).wallet_id)
    assert [wallet.kind for wallet in wallets.owned(ALICE)] == [0, 1]
    assert wallets.get(999) is None
    kinds = {wallet.wallet_id: (wallet.user_id, wallet.kind) for wallet in world.engine.core.ledger.wallets}
    assert {wallet.wallet_id: (wallet.user_id, wallet.kind) for wallet in wallets.by_id.values()} == kinds
