"""Reducing open orders in their place: by amendment, or by what self-trade prevention takes off (rules 9.6, 9.9)."""

from leverline.kernel.events import EventLog
from leverline.market.events import OrderAmended
from leverline.market.order import Order
from leverline.market.order_list import partner_of
from leverline.market.register import OrderRegister
from leverline.rulebook.orders import protection_price
from leverline.rulebook.parameters import TradingRules


class Reducer:
    """Takes quantity off orders, which keep their place, and off the orders that are to be of the same size."""

    def __init__(self, log: EventLog, register: OrderRegister, trading: TradingRules) -> None:
        self.log: EventLog = log
        self.register: OrderRegister = register
        self.trading: TradingRules = trading

    def amend(self, order: Order, quantity: int, client_id: str) -> None:
        """Take `quantity` off the rest of an open order, which goes by `client_id` from now on.

        Both orders of an OCO are of one quantity: the other one is amended as well.
        """
        other = partner_of(order)
        price = self._worst_price(order, other)
        order.amends += 1
        self._amend(order, quantity, client_id, price)
        if other is not None:
            other.amends += 1
            self._amend(other, quantity, other.client_id, price)

    def prevent(self, order: Order, quantity: int) -> None:
        """Take `quantity`, less than is left of it, off an order that self-trade prevention decrements.

        The other order of an OCO is amended, for both are of one quantity.
        """
        other = partner_of(order)
        price = self._worst_price(order, other)
        order.prevented += quantity
        self.register.hook.after_release(order, self.register.reduce(order, quantity, price))
        if other is not None:
            self._amend(other, quantity, other.client_id, price)

    def prevent_quote(self, order: Order, quantity: int, quote_amount: int) -> None:
        """Take `quantity` and what it comes to off an incoming order by quote amount."""
        order.prevented += quantity
        order.quote_quantity -= quote_amount
        released = quote_amount if order.is_buy else quantity
        self.register.release(order, released)
        self.register.hook.after_release(order, released)

    def _amend(self, order: Order, quantity: int, client_id: str, price: int) -> None:
        """Take `quantity` off one order, report it, and tell the hook what that frees."""
        old_client_id, old_quantity = order.client_id, order.ordered
        self.register.rename(order, client_id)
        released = self.register.reduce(order, quantity, price)
        self.log.emit(OrderAmended(order, old_client_id, old_quantity))
        self.register.hook.after_release(order, released)

    def _worst_price(self, order: Order, other: Order | None) -> int:
        """Return the worst price at which an order, or of an OCO one of both, may trade: what a buy's lock goes by."""
        price = self._price_of(order)
        return price if other is None else max(price, self._price_of(other))

    def _price_of(self, order: Order) -> int:
        """Return the limit price, or the protection price beyond the trigger of one that waits (rules 9.2, 9.8)."""
        reference = order.trigger_reference
        if order.price or reference == 0:
            return order.price
        tick = order.pair.parameters.tick_size
        return protection_price(reference, order.is_buy, self.trading.market_protection, tick)
