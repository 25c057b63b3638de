"""Takeover: the liquidation account takes the debts and, at a discount, what covers them (rules 11.3, 11.5)."""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import amount_down, amount_up, value_up
from leverline.ledger.ledger import Ledger
from leverline.liquidation.books import ProductBook
from leverline.liquidation.deficits import DebtShare, DeficitDesk
from leverline.liquidation.events import BorrowBarred, TakenOver
from leverline.liquidation.loans import LiquidationLoans
from leverline.liquidation.plan import Planner
from leverline.liquidation.worth import assets_value, debts_in_order, liabilities_value
from leverline.margin.account import FOREVER, MarginAccount
from leverline.margin.families import Families
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.rulebook.limits import barred_until
from leverline.rulebook.liquidation import deficit, takeover_amount, takeover_value
from leverline.rulebook.parameters import VenueParameters


class TakeoverDesk:
    """Takes accounts over, whatever they hold and owe: it cannot fail."""

    def __init__(
        self, log: EventLog, ledger: Ledger, planner: Planner, deficits: DeficitDesk, loans: LiquidationLoans,
        families: Families, parameters: VenueParameters, account: TradingAccount,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.planner: Planner = planner
        self.deficits: DeficitDesk = deficits
        self.loans: LiquidationLoans = loans
        self.families: Families = families
        self.parameters: VenueParameters = parameters
        self.account: TradingAccount = account
        """The liquidation account."""

    def take_over(self, account: MarginAccount, book: ProductBook, cause: int) -> None:
        """Move debts and assets to the liquidation account; what is not needed stays with the user."""
        board = self.planner.board
        assets = assets_value(account, board)
        liabilities = liabilities_value(account, board)
        debts = debts_in_order(account, board)
        report = TakenOver(
            account.user_id, account.wallet_id, account.mode, "" if account.pair is None else account.pair.symbol, cause
        )
        shares: list[DebtShare] = []
        for symbol, amount in self.assets_needed(account, debts[0], liabilities):
            self._move(account, book, symbol, amount)
            report.assets.append((symbol, amount))
        for debt in debts:
            holding = account.holding(debt.symbol)
            shares.append(DebtShare(debt.symbol, holding.interest, holding.principal))
            report.debts.append((debt.symbol, holding.interest, holding.principal))
            self._move(account, book, debt.symbol, 0)
        self._note_legs(report, account)
        report.surplus = assets_value(account, board)
        report.assets_value = assets - report.surplus
        report.liabilities_value = liabilities
        self.log.emit(report)
        missing = deficit(assets, liabilities)
        if missing:
            self.deficits.cover(book, missing, shares, account.user_id, account.wallet_id, True)
            self.loans.lend(account, missing)
            self.bar(account)

    def assets_needed(self, account: MarginAccount, debt: Asset, liabilities: int) -> list[tuple[str, int]]:
        """Return (asset, amount) in the order of rule 11.2 until they cover what is owed at the takeover price."""
        factor = self.parameters.liquidation.takeover_factor
        found: list[tuple[str, int]] = []
        left = liabilities
        for asset in self.planner.collateral_in_order(account, debt):
            if left <= 0:
                break
            amount = account.holding(asset.symbol).free
            value = takeover_value(amount, asset.price, factor)
            if value > left:
                amount = min(amount, takeover_amount(left, asset.price, factor))
            found.append((asset.symbol, amount))
            left -= value
        return found

    def _note_legs(self, report: TakenOver, account: MarginAccount) -> None:
        """Note what the takeover comes to as trades; of the asset that all is traded against there is none."""
        board, paths = self.planner.board, self.planner.paths
        hub = board.assets[USDT] if account.pair is None else account.pair.quote
        for symbol, amount in report.assets:
            leg = paths.leg(symbol, hub.symbol)
            if leg is not None and not leg.is_buy and amount:
                factor = self.parameters.liquidation.takeover_factor
                value = takeover_value(amount, board.assets[symbol].price, factor)
                report.legs.append((leg.pair.symbol, False, amount, amount_down(value, hub.price)))
        for symbol, interest, principal in report.debts:
            leg = paths.leg(hub.symbol, symbol)
            if leg is not None and leg.is_buy:
                owed = interest + principal
                value = value_up(owed, board.assets[symbol].price)
                report.legs.append((leg.pair.symbol, True, owed, amount_up(value, hub.price)))

    def _move(self, account: MarginAccount, book: ProductBook, symbol: str, amount: int) -> None:
        """Move `amount` of an asset together with whatever is owed in it."""
        source = account.holding(symbol)
        interest, principal = source.interest, source.principal
        self.ledger.take_over(source, self.account.holding(symbol), amount, interest, principal)
        book.hold(symbol, amount)
        book.owe(symbol, interest + principal)

    def bar(self, account: MarginAccount) -> None:
        """Bar the user, and with him his family, from borrowing; from the second deficit on for good (rule 8.5)."""
        user = account.user
        before = sum([member.deficits for member in self.families.of(user).members])
        user.deficits += 1
        until = barred_until(self.log.time, before, self.parameters.borrowing.bar_time, FOREVER)
        user.borrow_barred_until = max(user.borrow_barred_until, until)
        self.log.emit(BorrowBarred(user.user_id, user.borrow_barred_until))
