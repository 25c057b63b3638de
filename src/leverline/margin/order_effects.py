"""What open orders would do to a balance sheet if they were filled whole at their limit (rules 6.2, 9.5)."""

from leverline.kernel.numbers import UNIT, mul_div_down, quote_down, quote_up
from leverline.margin.sheet import Line, Sheet
from leverline.market.asset import Asset
from leverline.market.order import Order
from leverline.market.terms import BETTER, REPAYS
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
        self.is_repaying: bool = order.side_effect & REPAYS != 0
        """AUTO_REPAY: what it receives repays the debt in the same asset (rule 9.2)."""
        self.repaid: int = 0
        """What `conclude` has repaid on the sheet."""

    def apply(self, sheet: Sheet) -> None:
        """Fill the order on `sheet`."""
        sheet.change(self.given, -self.give, 0)
        sheet.change(self.received, self.receive, 0)

    def undo(self, sheet: Sheet) -> None:
        """Take the fill back."""
        sheet.change(self.given, self.give, 0)
        sheet.change(self.received, -self.receive, 0)

    def conclude(self, sheet: Sheet) -> None:
        """Fill the order on `sheet` and repay what AUTO_REPAY would: min(received, owed) of the received asset."""
        self.apply(sheet)
        if self.is_repaying:
            self.repaid = max(min(self.receive, sheet.line(self.received).owed), 0)
            sheet.change(self.received, -self.repaid, -self.repaid)

    def reopen(self, sheet: Sheet) -> None:
        """Take fill and repayment back."""
        if self.is_repaying:
            sheet.change(self.received, self.repaid, self.repaid)
            self.repaid = 0
        self.undo(sheet)

    def collateral_up(self, sheet: Sheet) -> int:
        """Return the same as `collateral`, rounded up."""
        return sheet.line(self.given).collateral_up() + sheet.line(self.received).collateral_up()

    def collateral(self, sheet: Sheet) -> int:
        """Return the collateral value of the two tokens that the order touches."""
        return sheet.line(self.given).collateral() + sheet.line(self.received).collateral()


def worst_price(order: Order, protection: int) -> int:
    """Return the worst price at which `order` may trade: its limit or protection price (rules 6.2, 9.2).

    0 for a market order in a pair without a price.
    """
    if order.price:
        return order.price
    reference = order.trigger_reference
    if reference == 0:
        best = order.pair.book.opposite(order.is_buy).best
        reference = order.pair.last_price if best is None else best.price
    if reference == 0:
        return 0
    return protection_price(reference, order.is_buy, protection, order.pair.parameters.tick_size)


def open_effects(sheet: Sheet, protection: int) -> list[OrderEffect]:
    """Return the effects of the account's open orders, in order of placement; of an OCO pair the worse one's."""
    account = sheet.account
    assert account is not None, sheet.size
    return [OrderEffect(order, 0, protection) for order in account.orders.values() if order.pair_role != BETTER]


def order_loss(sheet: Sheet, effects: list[OrderEffect]) -> int:
    """Return Σ of what each order, filled whole after those before it, takes from the collateral value (rule 6.2)."""
    return sum(order_losses(sheet, effects))


def order_losses(sheet: Sheet, effects: list[OrderEffect]) -> list[int]:
    """Return what each order, filled whole after those before it, takes from the collateral value (rule 6.2).

    C before rounded up less C after rounded down: a loss rounds up (rule 1.2). Nothing is repaid.
    """
    repriced = _at_last_prices(sheet, effects)
    losses: list[int] = []
    for effect in effects:
        before = effect.collateral_up(sheet)
        effect.apply(sheet)
        losses.append(open_order_loss(before, effect.collateral(sheet)))
    for effect in effects:
        effect.undo(sheet)
    for line in repriced:
        sheet.swap_prices(line)
    return losses


def _at_last_prices(sheet: Sheet, effects: list[OrderEffect]) -> list[Line]:
    """Value what orders bring of stale assets at the last price, not at the best case; return the lines changed.

    The best case (rule 2.4) is for what the account holds already: it must not make a purchase look like a gain.
    """
    changed: list[Line] = []
    for effect in effects:
        if effect.received.is_stale:
            line = sheet.line(effect.received)
            if line not in changed and line.price_held != line.price_other:
                sheet.swap_prices(line)
                changed.append(line)
    return changed
