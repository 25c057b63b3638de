"""What open orders of indebted accounts could still bring into margin accounts, by asset (rule 4.5).

The memo stands in the venue's accounts of each asset, beside the cash that margin accounts hold of it. It is derived:
after every command it is the sum, over the open orders of all margin accounts that owe anything, of what the rest of
each order receives at its limit before commission; of an OCO pair the order that receives more. An order counts from
its placement or its account's first loan until it ends or its account owes nothing.
"""

from leverline.kernel.numbers import quote_down
from leverline.ledger.ledger import Ledger
from leverline.margin.account import MarginAccount
from leverline.margin.order_effects import worst_price
from leverline.market.order import Order
from leverline.market.terms import WORSE


class Incoming:
    """Keeps the memo when orders are placed and when accounts begin or cease to owe."""

    def __init__(self, ledger: Ledger, protection: int) -> None:
        self.ledger: Ledger = ledger
        self.protection: int = protection

    def placed(self, order: Order) -> None:
        """Count what is left open of an order of an indebted account."""
        if order.is_open:
            count(self.ledger, order, worst_price(order, self.protection))

    def follow(self, account: MarginAccount) -> None:
        """Count all open orders of an account that began to owe, and none of one that ceased to."""
        is_indebted = account.debts > 0
        if account.is_incoming_counted == is_indebted:
            return
        account.is_incoming_counted = is_indebted
        for order in account.orders.values():
            if is_indebted:
                self.placed(order)
            else:
                self.ledger.expect(order.received_asset, -order.incoming)
                order.incoming = 0


def count(ledger: Ledger, order: Order, price: int) -> None:
    """Let the memo say what the rest of `order` brings at `price`."""
    rest = order.quantity - order.executed
    amount = rest if order.is_buy else quote_down(price, rest)
    if order.pair_role == WORSE:
        amount = 0  # the other order of its pair brings as much or more, and only one of them trades
    ledger.expect(order.received_asset, amount - order.incoming)
    order.incoming = amount
