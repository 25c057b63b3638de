"""What open orders would do to a balance sheet if they were filled whole at their limit (rules 6.2, 9.5)."""

from leverline.kernel.numbers import UNIT, mul_div_down, quote_down, quote_up
from leverline.margin.sheet import Sheet
from leverline.market.asset import Asset
from leverline.market.order import Order
from leverline.rulebook.fees import commission
from leverline.rulebook.orders import protection_price
from leverline.rulebook.pro import open_order_loss


class OrderEffect:
    """The amounts that one order moves when filled whole: `give` of one asset, `receive` of another net of its fee."""

    def __init__(self, order: Order, need: int, protection: int) -> None:
        """Read the rest of an open order; `need` is what a sell not yet placed would lock, 0 for an open one.

        `protection` is the distance of a market order's protection price, at which it is judged though it locks less.
        The fee is the taker's, in kind.
        """
        pair = order.pair
        price = worst_price(order, protection)
        rest = order.quantity - order.executed
        if order.is_buy:
            self.given: Asset = pair.quote
            self.received: Asset = pair.base
            self.give: int = quote_up(price, rest) if order.quantity else order.quote_quantity
            received = rest
            if order.quantity == 0:
                received = mul_div_down(order.quote_quantity, UNIT, price) if price else 0
        else:
            self.given = pair.base
            self.received = pair.quote
            self.give = need or rest
            received = order.quote_quantity if order.quantity == 0 else quote_down(price, rest)
        self.receive: int = received - commission(received, order.account.trader.taker_fee)

    def apply(self, sheet: Sheet) -> None:
        """Fill the order on `sheet`."""
        sheet.change(self.given, -self.give, 0)
        sheet.change(self.received, self.receive, 0)

    def undo(self, sheet: Sheet) -> None:
        """Take the fill back."""
        sheet.change(self.given, self.give, 0)
        sheet.change(self.received, -self.receive, 0)

    def collateral(self, sheet: Sheet) -> int:
        """Return the collateral value of the two tokens that the order touches."""
        return sheet.line(self.given).collateral() + sheet.line(self.received).collateral()


def worst_price(order: Order, protection: int) -> int:
    """Return the worst price at which `order` may trade: its limit or protection price (rules 6.2, 9.2).

    0 for a market order in a pair without a price.
    """
    if order.price:
        return order.price
    reference = order.stop_price
    if reference == 0:
        best = order.pair.book.opposite(order.is_buy).best
        reference = order.pair.last_price if best is None else best.price
    if reference == 0:
        return 0
    return protection_price(reference, order.is_buy, protection, order.pair.parameters.tick_size)


def open_effects(sheet: Sheet, protection: int) -> list[OrderEffect]:
    """Return the effects of the account's open orders, in order of placement."""
    account = sheet.account
    assert account is not None, sheet.size
    return [OrderEffect(order, 0, protection) for order in account.orders.values()]


def order_loss(sheet: Sheet, effects: list[OrderEffect]) -> int:
    """Return Σ of what each order, filled whole after those before it, takes from the collateral value (rule 6.2)."""
    loss = 0
    for effect in effects:
        before = effect.collateral(sheet)
        effect.apply(sheet)
        loss += open_order_loss(before, effect.collateral(sheet))
    for effect in effects:
        effect.undo(sheet)
    return loss
