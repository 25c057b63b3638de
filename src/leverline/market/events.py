"""Events of the market: orders, trades, index prices."""

from leverline.kernel.events import Event
from leverline.market.order import Order
from leverline.market.order_list import OrderList
from leverline.market.terms import PENDING_NEW
from leverline.rulebook.refusals import Refusal


class OrderAccepted(Event):
    """An order passed all checks; its terms as accepted. A conditional one waits for its trigger."""

    def __init__(self, order: Order) -> None:
        self.order_id: int = order.order_id
        self.client_id: str = order.client_id
        self.strategy_id: int = order.strategy_id
        self.strategy_type: int = order.strategy_type
        self.user_id: int = order.account.user_id
        self.wallet_id: int = order.account.wallet_id
        self.pair: str = order.pair.symbol
        self.is_buy: bool = order.is_buy
        self.kind: int = order.kind
        self.time_in_force: int = order.time_in_force
        self.self_trade: int = order.self_trade
        self.side_effect: int = order.side_effect
        self.price: int = order.price
        self.quantity: int = order.quantity
        self.quote_quantity: int = order.quote_quantity
        self.stop_price: int = order.stop_price
        self.iceberg_quantity: int = order.iceberg_quantity
        self.trailing_delta: int = order.trailing_delta
        self.trailing_time: int = order.trailing_time
        self.loan: int = order.loan
        self.is_repaid_at_cancel: bool = order.is_repaid_at_cancel
        self.is_liquidation: bool = order.is_liquidation
        self.is_quote: bool = order.is_quote
        self.list_id: int = 0 if order.order_list is None else order.order_list.list_id
        """0 for an order of no list."""
        self.is_pending: bool = order.status == PENDING_NEW
        """It waits for the working order of its list."""


class OrderStarted(Event):
    """A pending order of a list was placed, with the quantity that it has now and what was borrowed for it."""

    def __init__(self, order: Order) -> None:
        self.order_id: int = order.order_id
        self.wallet_id: int = order.account.wallet_id
        self.pair: str = order.pair.symbol
        self.is_buy: bool = order.is_buy
        self.kind: int = order.kind
        self.price: int = order.price
        self.quantity: int = order.quantity
        self.loan: int = order.loan
        self.trailing_time: int = order.trailing_time


class OrderTriggered(Event):
    """A conditional order's stop price was reached; it now acts as what it stands for."""

    def __init__(self, order: Order, last_price: int) -> None:
        self.order_id: int = order.order_id
        self.wallet_id: int = order.account.wallet_id
        self.pair: str = order.pair.symbol
        self.last_price: int = last_price


class TrailingStarted(Event):
    """A trailing order's stop price was reached, or the first trade came: it follows the price from now on."""

    def __init__(self, order: Order) -> None:
        self.order_id: int = order.order_id
        self.wallet_id: int = order.account.wallet_id
        self.pair: str = order.pair.symbol


class OrderAmended(Event):
    """An open order's quantity was reduced; it keeps its place. Quantities in base 10⁻⁸, what is prevented included."""

    def __init__(self, order: Order, old_client_id: str, old_quantity: int) -> None:
        self.order_id: int = order.order_id
        self.client_id: str = order.client_id
        self.user_id: int = order.account.user_id
        self.wallet_id: int = order.account.wallet_id
        self.pair: str = order.pair.symbol
        self.quantity: int = order.ordered
        self.prevented: int = order.prevented
        self.old_client_id: str = old_client_id
        self.old_quantity: int = old_quantity
        self.executed: int = order.executed
        self.executed_quote: int = order.executed_quote
        self.status: int = order.status


class OrderEnded(Event):
    """An order left the venue: filled, cancelled or expired, with the cause."""

    def __init__(self, order: Order) -> None:
        self.order_id: int = order.order_id
        self.client_id: str = order.client_id
        self.user_id: int = order.account.user_id
        self.wallet_id: int = order.account.wallet_id
        self.pair: str = order.pair.symbol
        self.status: int = order.status
        self.cause: int = order.cause
        self.executed: int = order.executed
        self.executed_quote: int = order.executed_quote
        self.loan: int = order.loan
        """What it had borrowed and not yet repaid when it ended."""


class Trade(Event):
    """One fill between two orders. Fees are in the asset each side received, or in BNB when `…_fee_is_bnb`."""

    def __init__(
        self, trade_id: int, pair: str, price: int, quantity: int, quote_amount: int, taker: Order, maker: Order,
    ) -> None:  # fmt: skip
        self.trade_id: int = trade_id
        self.pair: str = pair
        self.price: int = price
        self.quantity: int = quantity
        self.quote_amount: int = quote_amount
        self.is_buyer_maker: bool = maker.is_buy
        self.taker_order: int = taker.order_id
        self.maker_order: int = maker.order_id
        self.taker_wallet: int = taker.account.wallet_id
        self.maker_wallet: int = maker.account.wallet_id
        self.taker_user: int = taker.account.user_id
        self.maker_user: int = maker.account.user_id
        self.taker_fee: int = 0
        self.maker_fee: int = 0
        self.is_taker_fee_bnb: bool = False
        self.is_maker_fee_bnb: bool = False
        self.is_liquidation: bool = taker.is_liquidation


class SelfTradePrevented(Event):
    """Two orders of one user met, and instead of trading one or both expired with what they had left, or lost some.

    `taker_quantity` and `maker_quantity` are what is prevented of each, base 10⁻⁸, 0 for one that goes on as it was,
    and `quantity` what would have been traded: with DECREMENT what both lose.
    """

    def __init__(
        self, match_id: int, taker: Order, maker: Order, taker_quantity: int, maker_quantity: int, quantity: int
    ) -> None:
        self.match_id: int = match_id
        self.pair: str = maker.pair.symbol
        self.price: int = maker.price
        self.mode: int = taker.self_trade
        self.group_id: int = maker.account.trader.group_id
        self.taker_order: int = taker.order_id
        self.maker_order: int = maker.order_id
        self.taker_user: int = taker.account.user_id
        self.maker_user: int = maker.account.user_id
        self.taker_wallet: int = taker.account.wallet_id
        self.maker_wallet: int = maker.account.wallet_id
        self.taker_quantity: int = taker_quantity
        self.maker_quantity: int = maker_quantity
        self.quantity: int = quantity


class ListEvent(Event):
    """What all events of an order list say: which list of whom."""

    def __init__(self, order_list: OrderList) -> None:
        self.list_id: int = order_list.list_id
        self.user_id: int = order_list.account.user_id
        self.wallet_id: int = order_list.account.wallet_id
        self.pair: str = order_list.pair.symbol


class ListPlaced(ListEvent):
    """An order list passed all checks; its orders follow."""

    def __init__(self, order_list: OrderList) -> None:
        super().__init__(order_list)
        self.client_id: str = order_list.client_id
        self.shape: int = order_list.shape
        self.order_ids: list[int] = [order.order_id for order in order_list.live]
        self.order_client_ids: list[str] = [order.client_id for order in order_list.live]


class ListAdvanced(ListEvent):
    """The working order of a list was filled whole; its pending orders are placed now, or refused."""


class ListEnded(ListEvent):
    """Every order of a list has ended."""


class QuoteSkipped(Event):
    """A level of a mass quote was left out: it would have traded at once, or the wallet lacks the funds."""

    def __init__(
        self, user_id: int, wallet_id: int, pair: str, is_buy: bool, price: int, quantity: int, refusal: Refusal
    ) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.pair: str = pair
        self.is_buy: bool = is_buy
        self.price: int = price
        self.quantity: int = quantity
        self.refusal: Refusal = refusal


class IndexChanged(Event):
    """An asset's index price or its staleness changed (rule 2)."""

    def __init__(self, asset: str, price: int, is_stale: bool) -> None:
        self.asset: str = asset
        self.price: int = price
        self.is_stale: bool = is_stale


class PairStatusChanged(Event):
    """An operator halted a pair, or opened it again."""

    def __init__(self, pair: str, status: int) -> None:
        self.pair: str = pair
        self.status: int = status


class TradingStopped(Event):
    """All trading is stopped, or goes on (rule 13.7); what became of each pair is an event of its own."""

    def __init__(self, is_stopped: bool) -> None:
        self.is_stopped: bool = is_stopped


class SourceExcluded(Event):
    """An index source counts no more, or counts again, for an asset; for all where `asset` is empty (rule 2.6)."""

    def __init__(self, source: str, asset: str, is_excluded: bool) -> None:
        self.source: str = source
        self.asset: str = asset
        self.is_excluded: bool = is_excluded
