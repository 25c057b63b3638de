"""What margin asks of an order before it is placed (rules 2.2, 4.5, 6.4, 8.5, 9.2, 9.4, 9.5)."""

from leverline.kernel.numbers import value_up
from leverline.margin.account import MARGIN_CALL, PRO, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.families import RISK
from leverline.margin.limits import Limits
from leverline.margin.order_effects import OrderEffect, open_effects, order_loss
from leverline.margin.restrictions import Restrictions
from leverline.margin.sheet import Sheet
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.rulebook.bands import is_above
from leverline.rulebook.orders import is_limit_price_ok, is_margin_call_guard_met, shortfall
from leverline.rulebook.parameters import TradingRules
from leverline.rulebook.pro import available_margin, may_lower_available
from leverline.rulebook.refusals import Refusal


class OrderChecks:
    """Checks drafts of orders of margin accounts; filters and funds are checked elsewhere."""

    def __init__(self, valuer: Valuer, bands: Bands, limits: Limits, restrictions: Restrictions) -> None:
        self.valuer: Valuer = valuer
        self.bands: Bands = bands
        self.limits: Limits = limits
        self.restrictions: Restrictions = restrictions
        self.trading: TradingRules = valuer.parameters.trading
        self.scratch: Sheet = Sheet(RISK)

    def loan_needed(self, account: MarginAccount, order: Order, need: int) -> int:
        """Return what a borrowing order lacks of the `need` that it locks, at least the minimum loan (rule 9.2)."""
        asset = order.pair.quote if order.is_buy else order.pair.base
        return shortfall(need, account.free(asset.symbol), asset.parameters.borrow_min)

    def check(self, account: MarginAccount, order: Order, need: int, loan: int) -> Refusal | None:
        """Return why `order`, which locks `need` and first borrows `loan`, may not be placed, or None."""
        by_price = self._price_refusal(order)
        by_ban = self._ban_refusal(account, order, need)
        if account.debts == 0 and loan == 0:
            return earlier(by_price, by_ban)
        by_loan = None
        if loan:
            by_loan = self.limits.check_borrow(account, order.locked_asset, loan)
        sheet = self.scratch
        sheet.load(account, self.valuer.family(account), self.valuer.catalogue)
        if loan:
            sheet.change(order.pair.quote if order.is_buy else order.pair.base, loan, loan)
        if order.pair.base.is_stale or order.pair.quote.is_stale or sheet.leans_on_stale():
            return earlier(by_loan, Refusal.PRICE_INDEX_STALE)
        if by_price is not None:
            return earlier(by_loan, by_price)
        effect = self.effect(order, need)
        received, receive = effect.received, effect.receive
        own = self._size_refusal(account, sheet, received, receive) or self._level_refusal(account, sheet, effect)
        return earlier(by_loan, own or by_ban or self._restriction_refusal(account, sheet, received, receive))

    def receipt_refusal(
        self, account: MarginAccount, asset: Asset, amount: int, given: list[tuple[Asset, int, int]], ended: list[Order]
    ) -> Refusal | None:
        """Return why a closing may not bring `amount` of an asset for `given`, changes (asset, held, owed); or None.

        It is judged as an order is, once the orders `ended` are cancelled; of debts by those that are left (rule 13.5).
        """
        amount -= self.limits.exposure.brought(ended, asset)
        by_ban = self._receipt_ban(account, asset, amount)
        sheet = self.scratch
        sheet.load(account, self.valuer.family(account), self.valuer.catalogue)
        for other, held, owed in given:
            sheet.change(other, held, owed)
        if sheet.liabilities == 0:
            return by_ban
        own = self._size_refusal(account, sheet, asset, amount)
        return own or by_ban or self._restriction_refusal(account, sheet, asset, amount)

    def payment_refusal(self, account: MarginAccount, asset: Asset, amount: int, ended: list[Order]) -> Refusal | None:
        """Return why a closing may not pay `amount` of an asset once the orders `ended` are cancelled, or None."""
        freed = sum([order.locked for order in ended if order.locked_asset == asset.symbol])
        return self._payment_ban(account, asset, amount - freed)

    def effect(self, order: Order, need: int) -> OrderEffect:
        """Return what a draft that locks `need` would do if it were filled whole."""
        return OrderEffect(order, need, self.trading.market_protection)

    def _price_refusal(self, order: Order) -> Refusal | None:
        """Refuse a limit too far on the harmful side, in limit-price pairs (rule 9.4)."""
        if order.price == 0 or self.is_limit_price_ok(order.pair, order.is_buy, order.price):
            return None
        return Refusal.LIMIT_PRICE_OUT_OF_BAND

    def is_limit_price_ok(self, pair: Pair, is_buy: bool, price: int) -> bool:
        """Whether a margin account may name this limit price (rule 9.4)."""
        if not pair.parameters.is_limit_price or pair.base.is_stale or pair.quote.is_stale:
            return True
        return is_limit_price_ok(price, is_buy, pair.base.price, pair.quote.price, self.trading.limit_price_band)

    def _size_refusal(self, account: MarginAccount, sheet: Sheet, asset: Asset, amount: int) -> Refusal | None:
        """Refuse to buy with borrowed funds beyond the caps of user (rule 8.5) and venue (rule 4.5).

        What meets a debt in the bought asset is not held and meets no cap; the account's open orders meet it first.
        """
        if not self.limits.exposure.admits_purchase(account, sheet, asset, amount):
            return Refusal.EXCEEDS_BORROW_LIMIT
        added = amount
        owed = sheet.line(asset).owed
        if owed:
            added = min(added, added + self.limits.exposure.arriving(account, asset) - owed)
        if added > 0 and not self.limits.transfers.fits_cap(asset, added):
            return Refusal.COLLATERAL_CAP_EXCEEDED
        return None

    def _ban_refusal(self, account: MarginAccount, order: Order, need: int) -> Refusal | None:
        """Refuse what would make a banned position larger, with all that open orders would do (rule 13.1)."""
        if not self.limits.bans.in_force:
            return None
        effect = self.effect(order, need)
        given = self._payment_ban(account, effect.given, effect.give)
        return given or self._receipt_ban(account, effect.received, effect.receive)

    def _payment_ban(self, account: MarginAccount, asset: Asset, amount: int) -> Refusal | None:
        """Refuse to give more of an asset, beside what orders lock, than a ban on shorts lets go."""
        held = account.holdings.get(asset.symbol)
        leaving = amount + (0 if held is None else held.locked)
        return Refusal.CONCENTRATION_BAN if leaving > self.limits.bans.may_give(account, asset.symbol) else None

    def _receipt_ban(self, account: MarginAccount, asset: Asset, amount: int) -> Refusal | None:
        """Refuse to receive more of an asset, beside what open orders bring, than a ban on longs lets come."""
        bans = self.limits.bans
        if not bans.in_force:
            return None
        arriving = amount + self.limits.exposure.arriving(account, asset)
        return Refusal.CONCENTRATION_BAN if arriving > bans.may_receive(account, asset.symbol) else None

    def _restriction_refusal(self, account: MarginAccount, sheet: Sheet, asset: Asset, amount: int) -> Refusal | None:
        """Refuse to buy with borrowed funds what is closed for longs, beyond what is owed of it (rule 13.8)."""
        if asset.symbol not in self.restrictions.long_closed:
            return None
        added = amount + self.limits.exposure.arriving(account, asset)
        return Refusal.LONG_RESTRICTED if added > sheet.line(asset).owed else None

    def _level_refusal(self, account: MarginAccount, sheet: Sheet, effect: OrderEffect) -> Refusal | None:
        """Refuse what would bring the account to its margin call (9.5) or leave a Pro account no margin (6.4)."""
        if account.mode == PRO:
            if not self._leaves_margin(sheet, effect):
                return Refusal.MARGIN_LEVEL_TOO_LOW
        elif self._is_far_from_call(account, sheet, effect):
            return None
        if self.trading.is_margin_call_guard_on and not self._is_guard_met(account, sheet, effect):
            return Refusal.MARGIN_LEVEL_TOO_LOW
        return None

    def _is_far_from_call(self, account: MarginAccount, sheet: Sheet, effect: OrderEffect) -> bool:
        """Whether the level stays above the margin call even if everything locked in orders came to nothing.

        A quick yes for most accounts; the rule itself decides the others.
        """
        rest = self.valuer.worth(sheet) - value_up(effect.give, effect.given.price_held)
        for position in range(sheet.size):
            line = sheet.lines[position]
            if line.holding is not None and line.holding.locked:
                rest -= value_up(line.holding.locked, line.price_held)
        return is_above(rest, sheet.liabilities, self.bands.threshold(account, MARGIN_CALL))

    def _is_guard_met(self, account: MarginAccount, sheet: Sheet, effect: OrderEffect) -> bool:
        """Whether all open orders and this one, filled at their limits, leave an allowed level (rule 9.5).

        Those with AUTO_REPAY have repaid by then: an order that closes a position is judged by what it closes.
        """
        worth_now, owed_now = self.valuer.worth(sheet), self.valuer.owed(sheet)
        effects = open_effects(sheet, self.trading.market_protection)
        effects.append(effect)
        for each in effects:
            each.conclude(sheet)
        worth = sheet.collateral() - sheet.liabilities if account.mode == PRO else self.valuer.worth(sheet)
        owed = self.valuer.owed(sheet)
        for each in effects:
            each.reopen(sheet)
        call = self.bands.threshold(account, MARGIN_CALL)
        return is_margin_call_guard_met(worth, owed, call, worth_now, owed_now)

    def _leaves_margin(self, sheet: Sheet, effect: OrderEffect) -> bool:
        """Whether the order leaves a Pro account's available margin at or above 0, or raises its level (rule 6.4)."""
        effects = open_effects(sheet, self.trading.market_protection)
        with_order = [*effects, effect]
        collateral, liabilities, maintenance = sheet.collateral(), sheet.liabilities, sheet.maintenance_margin()
        loss = order_loss(sheet, with_order)
        available = available_margin(collateral, liabilities, loss, sheet.initial_margin())
        if available >= 0:
            return True
        equity_now = collateral - liabilities - order_loss(sheet, effects)
        effect.conclude(sheet)
        equity_then = sheet.collateral() - sheet.liabilities - order_loss(sheet, effects)
        maintenance_then = sheet.maintenance_margin()
        effect.reopen(sheet)
        return may_lower_available(available, equity_now, maintenance, equity_then, maintenance_then)


def earlier(first: Refusal | None, second: Refusal | None) -> Refusal | None:
    """Return the refusal that takes precedence (rule 9.3)."""
    if first is None or second is None:
        return second if first is None else first
    return first if first < second else second
