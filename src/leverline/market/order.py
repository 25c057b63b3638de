"""One order, from placement to its end."""

from typing import TYPE_CHECKING

from leverline.ledger.wallet import Holding
from leverline.market.account import PairOrders, TradingAccount
from leverline.market.terms import ALONE, CAUSE_NONE, GTC, LIMIT, NEW, NO_SIDE_EFFECT, NO_STRATEGY, STP_NONE
from leverline.rulebook.orders import trailing_trigger

if TYPE_CHECKING:
    from leverline.market.book import PriceLevel
    from leverline.market.order_list import OrderList
    from leverline.market.pair import Pair
    from leverline.market.trails import Trail


class Order:
    """An order of one account in one pair. Quantities in base 10⁻⁸ unless named quote."""

    order_list: "OrderList | None" = None
    """The list that the order is part of, if it is of one."""
    pair_role: int = ALONE
    """What it is beside the other open order of its OCO pair: ALONE, WORSE or BETTER."""
    trailing_delta: int = 0
    """Basis points by which the price must turn from its best to trigger it; 0 unless it trails (rule 9.8)."""
    trailing_time: int = 0
    """When it began to follow the price; 0 while it does not."""
    trail_reference: int = 0
    """The worst trigger price foreseen when it was accepted, by which it locks and is judged."""
    trail_best: int = 0
    """The best price that it had seen, of one put back from a snapshot; else `trail` knows it."""
    trail: "Trail | None" = None
    """While it follows the price: the orders that follow it from the same best price."""
    amends: int = 0
    """How often its quantity was amended."""
    prevented: int = 0
    """What self-trade prevention has taken off `quantity` (DECREMENT)."""

    def __init__(self, order_id: int, account: TradingAccount, pair: "Pair", is_buy: bool) -> None:  # noqa: PLR0915
        self.order_id: int = order_id
        self.client_id: str = ""
        self.strategy_id: int = NO_STRATEGY
        """The client's note, told of when the order is accepted and then no part of the state."""
        self.strategy_type: int = NO_STRATEGY
        """Likewise."""
        self.account: TradingAccount = account
        self.pair: Pair = pair
        self.is_buy: bool = is_buy
        self.kind: int = LIMIT
        self.time_in_force: int = GTC
        self.self_trade: int = STP_NONE
        self.side_effect: int = NO_SIDE_EFFECT
        self.is_repaid_at_cancel: bool = True
        self.price: int = 0
        """Limit price; for MARKET types the protection price while matching."""
        self.quantity: int = 0
        """0 for a market order by quote amount."""
        self.quote_quantity: int = 0
        """Quote to spend or receive, for a market order by quote amount."""
        self.stop_price: int = 0
        """0 when the order is not conditional (or never was)."""
        self.is_triggered: bool = False
        self.iceberg_quantity: int = 0
        self.visible: int = 0
        """What the book shows of an iceberg's rest; equals the rest for others."""
        self.executed: int = 0
        self.executed_quote: int = 0
        self.locked: int = 0
        """What still stands locked for this order, in `locked_asset`."""
        self.gives: Holding | None = None
        """Where its locked funds stand; set by the exchange when it accepts the order."""
        self.receives: Holding | None = None
        """Where its fills are credited, likewise."""
        self.pair_orders: PairOrders | None = None
        """What its account has open in its pair, likewise."""
        self.fill_quantity: int = 0
        """Quantity of its latest fill, for `FillHook.after_fill`."""
        self.fill_quote: int = 0
        """Quote amount of its latest fill, before any fee."""
        self.loan: int = 0
        """Principal borrowed by this order and not yet repaid at its end, in `locked_asset` (rule 9.2)."""
        self.incoming: int = 0
        """Derived: what the venue's memo of incoming collateral counts of it, in `received_asset` (rule 4.5)."""
        self.status: int = NEW
        self.cause: int = CAUSE_NONE
        self.time: int = 0
        self.is_quote: bool = False
        """Part of a maker's mass quote."""
        self.is_liquidation: bool = False
        self.is_open: bool = False
        """Listed in its account's open orders: resting in the book or waiting for its trigger."""
        self.level: PriceLevel | None = None
        self.previous: Order | None = None
        self.next: Order | None = None

    @property
    def rest(self) -> int:
        """Quantity not yet executed."""
        return self.quantity - self.executed

    @property
    def ordered(self) -> int:
        """Quantity as its owner knows it: what self-trade prevention has taken off it included."""
        return self.quantity + self.prevented

    @property
    def is_waiting(self) -> bool:
        """Whether it is a conditional order whose trigger has not come."""
        return (self.stop_price > 0 or self.trailing_delta > 0) and not self.is_triggered

    @property
    def is_conditional(self) -> bool:
        """Whether it is, or was before its trigger, a conditional order."""
        return self.stop_price > 0 or self.trailing_delta > 0

    @property
    def trigger_reference(self) -> int:
        """The price by which a conditional order at the market locks and is judged: its stop price.

        Of a trailing one the trigger price that follows from its stop price, or without one from the last price; the
        first it can have, and so the worst unless a gap passes its stop price. 0 where there is no such price.
        """
        if self.trailing_delta == 0:
            return self.stop_price
        if self.trail_reference:
            return self.trail_reference
        best = self.stop_price or self.pair.last_price
        return trailing_trigger(best, self.is_buy, self.trailing_delta)

    @property
    def locked_asset(self) -> str:
        """The asset this order gives."""
        return self.pair.quote.symbol if self.is_buy else self.pair.base.symbol

    @property
    def received_asset(self) -> str:
        """The asset this order receives."""
        return self.pair.base.symbol if self.is_buy else self.pair.quote.symbol
