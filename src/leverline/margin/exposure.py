"""How much of one asset a user and his family may owe, or hold with borrowed funds (rule 8.5)."""

from leverline.kernel.numbers import amount_down, value_down, value_up
from leverline.ledger.ledger import Ledger
from leverline.margin.account import MarginAccount, User
from leverline.margin.families import PRUDENT, owed_price
from leverline.margin.order_effects import OrderEffect
from leverline.margin.sheet import Sheet
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.market.order import Order
from leverline.market.terms import WORSE
from leverline.rulebook.limits import user_exposure_cap
from leverline.rulebook.parameters import BorrowRules


class ExposureCap:
    """The cap per family and asset, by the insurance fund and the depth of the books."""

    def __init__(self, ledger: Ledger, valuer: Valuer) -> None:
        self.ledger: Ledger = ledger
        self.valuer: Valuer = valuer
        self.rules: BorrowRules = valuer.parameters.borrowing

    def cap(self, asset: Asset) -> int:
        """Return the value of `asset` that one family may be short or borrow to hold."""
        fund = fund_value(self.ledger, self.valuer.catalogue)
        return user_exposure_cap(fund, asset.depth_value, asset.parameters.exposure_floor, self.rules)

    def admits(self, asset: Asset, value: int) -> bool:
        """Whether an exposure of `value` is within the cap; the fund is counted only where it matters."""
        by_depth = user_exposure_cap(0, asset.depth_value, asset.parameters.exposure_floor, self.rules)
        return value <= by_depth or value <= self.cap(asset)

    def admits_loan(self, user: User, asset: Asset, amount: int) -> bool:
        """Whether a user and his family may owe `amount` more of `asset`: all they owe is a short they may make."""
        return self.admits(
            asset, value_up(self.valuer.families.owed(user, asset.symbol) + amount, owed_price(asset, PRUDENT))
        )

    def loan_left(self, user: User, asset: Asset) -> int:
        """Return about how much more of `asset` they may owe; `admits_loan` decides."""
        price = owed_price(asset, PRUDENT)
        return (
            max(amount_down(self.cap(asset), price) - self.valuer.families.owed(user, asset.symbol), 0) if price else 0
        )

    def admits_purchase(self, account: MarginAccount, sheet: Sheet, asset: Asset, amount: int) -> bool:
        """Whether the family's holding of `asset` with `amount` more stays within the cap, as far as it is borrowed.

        All that open orders would bring is counted as held: many small orders are one large one.
        """
        is_alone = len(account.user.isolated) == 0 and self.valuer.family(account) is None
        if is_alone and self.admits(asset, sheet.liabilities):
            return True
        total = self._borrowed_value(account, sheet, asset, amount)
        for other in self.valuer.families.accounts(account.user):
            if other is not account and other.debts:
                total += self._borrowed_value(other, self.valuer.sheet(other, sheet.basis), asset, 0)
        return self.admits(asset, total)

    def _borrowed_value(self, account: MarginAccount, sheet: Sheet, asset: Asset, added: int) -> int:
        """Return the value of `asset` in one account that its own debts could have paid for: min(held − owed, L)."""
        line = sheet.line(asset)
        held = line.held + added + self.arriving(account, asset)
        return min(max(value_down(held, line.price_held) - line.owed_value, 0), sheet.liabilities)

    def arriving(self, account: MarginAccount, asset: Asset) -> int:
        """Return how much of `asset` the account's open orders would bring, filled whole at their limits."""
        return self.brought(list(account.orders.values()), asset)

    def brought(self, orders: list[Order], asset: Asset) -> int:
        """Return how much of `asset` open orders of one account would bring, filled whole at their limits."""
        total = 0
        for order in orders:
            if order.pair_role != WORSE and (order.pair.base if order.is_buy else order.pair.quote) is asset:
                total += OrderEffect(order, 0, self.valuer.protection).receive
        return total


def fund_value(ledger: Ledger, catalogue: dict[str, Asset]) -> int:
    """Return what the insurance fund is worth at index, rounded down per asset; stale and delisted ones as nothing."""
    total = 0
    for symbol, venue in ledger.venue.items():
        if venue.fund:
            asset = catalogue[symbol]
            if not asset.is_stale and not asset.is_delisted:
                total += value_down(venue.fund, asset.price)
    return total
