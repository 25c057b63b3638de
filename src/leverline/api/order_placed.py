"""What became of a new order within the commit that placed it: its terms, its fills, its state right then.

History may know more by the time the answer is written, for later commits of the same group; the answer tells of this
one.
"""

from dataclasses import dataclass

from leverline.engine.commit import Commit
from leverline.history.orders import OrderRecord
from leverline.kernel.events import Event
from leverline.market.events import OrderAccepted, OrderEnded, OrderStarted, OrderTriggered, SelfTradePrevented, Trade
from leverline.market.pair import Pair
from leverline.market.settlement import BNB
from leverline.market.terms import NEW, PARTIALLY_FILLED, PENDING_NEW


@dataclass(slots=True)
class Fill:
    """One fill of the order. `fee` is in `fee_asset`; amounts in 10⁻⁸."""

    trade_id: int
    price: int
    quantity: int
    fee: int
    fee_asset: str


@dataclass(slots=True)
class PlacedOrder:
    """The order as its commit left it, with its fills in order."""

    order: OrderRecord
    fills: list[Fill]
    prevented: list[SelfTradePrevented]
    """What self-trade prevention kept it from as it came in."""


def placed_order(commit: Commit, user_id: int, pair: Pair) -> PlacedOrder:
    """Return what `commit`, which placed an order of `user_id` in `pair`, says of that order."""
    return _followed(commit.events, _placement(commit.events, user_id), pair)


def listed_order(commit: Commit, order_id: int, pair: Pair) -> PlacedOrder:
    """Return what `commit`, which placed an order list in `pair`, says of one order of it."""
    for position, event in enumerate(commit.events):
        if isinstance(event, OrderAccepted) and event.order_id == order_id:
            return _followed(commit.events, position, pair)
    raise AssertionError(f"no order {order_id} was accepted")


def _followed(events: list[Event], position: int, pair: Pair) -> PlacedOrder:
    """Return the order that was accepted at `position`, as the events after it left it."""
    accepted = events[position]
    assert isinstance(accepted, OrderAccepted)
    placed = PlacedOrder(_record(accepted, pair), [], [])
    for event in events[position + 1 :]:
        _note(placed, event, pair)
    return placed


def _placement(events: list[Event], user_id: int) -> int:
    """Return the position of the event that accepted the user's own order; time may have brought others before it."""
    for position, event in enumerate(events):
        if (
            isinstance(event, OrderAccepted)
            and event.user_id == user_id
            and not event.is_liquidation
            and not event.is_quote
        ):
            return position
    raise AssertionError(f"no order of user {user_id} was accepted")


def _record(event: OrderAccepted, pair: Pair) -> OrderRecord:
    """Return the order as it was accepted."""
    given = pair.quote.symbol if event.is_buy else pair.base.symbol
    is_working = event.stop_price == 0 and event.trailing_delta == 0 and not event.is_pending
    return OrderRecord(
        event.order_id, event.client_id, event.user_id, event.wallet_id, event.pair, event.is_buy, event.kind,
        event.time_in_force, event.self_trade, event.side_effect, event.price, event.quantity, event.quote_quantity,
        event.stop_price, event.iceberg_quantity, event.loan, given if event.loan else "",
        event.is_repaid_at_cancel, False, event.time, event.time, event.time if is_working else 0, is_working,
        strategy_id=event.strategy_id, strategy_type=event.strategy_type, trailing_delta=event.trailing_delta,
        trailing_time=event.trailing_time, list_id=event.list_id, status=PENDING_NEW if event.is_pending else NEW,
    )  # fmt: skip


def _note(placed: PlacedOrder, event: Event, pair: Pair) -> None:
    """Let an event change the order, if it is about it."""
    order = placed.order
    order_id = order.order_id
    if isinstance(event, Trade):
        if order_id == event.taker_order or order_id == event.maker_order:
            placed.fills.append(_fill(order, event, pair))
            order.executed += event.quantity
            order.executed_quote += event.quote_amount
            order.status = PARTIALLY_FILLED
    elif isinstance(event, OrderEnded):
        if event.order_id == order_id:
            order.status, order.cause = event.status, event.cause
    elif isinstance(event, OrderTriggered):
        if event.order_id == order_id:
            order.is_working, order.working_time = True, event.time
    elif isinstance(event, SelfTradePrevented):
        _note_prevented(placed, event)
    elif isinstance(event, OrderStarted) and event.order_id == order_id:
        _note_start(order, event)


def _note_start(order: OrderRecord, event: OrderStarted) -> None:
    """Note that the order, which was pending, was placed."""
    order.status, order.quantity, order.loan, order.trailing_time = NEW, event.quantity, event.loan, event.trailing_time
    if not order.stop_price and not order.trailing_delta:
        order.is_working, order.working_time = True, event.time


def _note_prevented(placed: PlacedOrder, event: SelfTradePrevented) -> None:
    """Note a prevented match of the order."""
    order = placed.order
    quantity = event.maker_quantity if event.maker_order == order.order_id else 0
    if event.taker_order == order.order_id:
        placed.prevented.append(event)
        quantity = event.taker_quantity
    if quantity:
        order.prevented_match = event.match_id
        order.prevented_quantity += quantity


def _fill(order: OrderRecord, trade: Trade, pair: Pair) -> Fill:
    """Return the order's side of a trade."""
    is_taker = order.order_id == trade.taker_order
    received = pair.base.symbol if order.is_buy else pair.quote.symbol
    if is_taker:
        asset = BNB if trade.is_taker_fee_bnb else received
        return Fill(trade.trade_id, trade.price, trade.quantity, trade.taker_fee, asset)
    asset = BNB if trade.is_maker_fee_bnb else received
    return Fill(trade.trade_id, trade.price, trade.quantity, trade.maker_fee, asset)
