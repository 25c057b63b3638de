"""Settling accounts at a removal: afterwards an account holds and owes nothing of what is delisted (rule 13.2)."""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import RATIO_ONE
from leverline.ledger.ledger import Ledger
from leverline.lending.desk import LendingDesk
from leverline.liquidation.delisting_events import DelistingSettled
from leverline.liquidation.handover import HandOver
from leverline.liquidation.removal_trades import RemovalTrades
from leverline.liquidation.worth import debts_in_order
from leverline.margin.account import MarginAccount
from leverline.margin.events import AccountDisabled
from leverline.margin.risk import RiskDesk
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.exchange import Exchange
from leverline.market.pair import Pair
from leverline.market.terms import CANCELED, CAUSE_DELISTED, PENDING_NEW
from leverline.rulebook.classic import may_transfer


class Removal:
    """Settles one account at a time. Its orders in what is delisted are gone, and no liquidation has locked it."""

    def __init__(
        self, log: EventLog, ledger: Ledger, exchange: Exchange, desk: LendingDesk, risk: RiskDesk,
        trades: RemovalTrades, handover: HandOver,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.exchange: Exchange = exchange
        self.desk: LendingDesk = desk
        self.risk: RiskDesk = risk
        self.trades: RemovalTrades = trades
        self.handover: HandOver = handover

    def settle(self, account: MarginAccount, name: str) -> None:
        """Settle an isolated account whose pair goes, or a cross account that holds or owes the asset `name`."""
        to_spot: list[tuple[str, int]] = []
        if account.pair is not None:
            self._close_isolated(account, account.pair, name, to_spot)
        else:
            self._settle_cross(account, self.exchange.board.assets[name], to_spot)
        self.risk.collateral_changed(account.user)
        self.log.emit(DelistingSettled(account.user_id, account.wallet_id, name, to_spot))

    def _close_isolated(self, account: MarginAccount, pair: Pair, name: str, to_spot: list[tuple[str, int]]) -> None:
        """Trade for all that is owed, hand over the rest, move what is left to spot, disable the account."""
        for symbol, other in ((pair.base.symbol, pair.quote.symbol), (pair.quote.symbol, pair.base.symbol)):
            self._repay_matched(account, symbol)
            if account.owed(symbol) and account.free(other) > account.owed(other):
                self.trades.buy_back(account, other, symbol)
        for symbol in (pair.base.symbol, pair.quote.symbol):
            self._repay_matched(account, symbol)
        if account.debts:
            self.handover.give_debts(account, debts_in_order(account, self.exchange.board), name)
        for symbol in (pair.base.symbol, pair.quote.symbol):
            self._to_spot(account, symbol, account.free(symbol), to_spot)
        if account.is_enabled:
            account.is_enabled = False
            account.disabled_at = self.log.time
            self.log.emit(AccountDisabled(account.user_id, account.wallet_id, pair.symbol))

    def _settle_cross(self, account: MarginAccount, asset: Asset, to_spot: list[tuple[str, int]]) -> None:
        """Own collateral meets the debt; then the rest of the debt is bought back, or the rest of the collateral goes.

        A purchase may bring more than was owed, by the lot: that goes as collateral does.
        """
        symbol = asset.symbol
        self._repay_matched(account, symbol)
        if account.owed(symbol):
            self._end_debt(account, asset)
        if account.free(symbol):
            self._end_collateral(account, asset, to_spot)

    def _end_debt(self, account: MarginAccount, asset: Asset) -> None:
        """Sell other collateral for what is owed, and hand over what the books do not sell.

        Orders of an account whose collateral level is 2 or above stay, unless what they lock is needed.
        """
        if not self._is_above_two(account, True):
            self._end_orders(account)
        self._buy_back(account, asset)
        if account.owed(asset.symbol) and (account.orders or account.pending):
            self._end_orders(account)
            self._buy_back(account, asset)
        if account.owed(asset.symbol):
            self.handover.give_debts(account, [asset], asset.symbol)

    def _buy_back(self, account: MarginAccount, asset: Asset) -> None:
        """Trade collateral in the order of rule 11.2 for what is owed of an asset."""
        for source in self.handover.takeovers.planner.collateral_in_order(account, asset):
            if account.owed(asset.symbol) and not source.is_stale:
                self.trades.buy_back(account, source.symbol, asset.symbol)
                self._repay_matched(account, asset.symbol)

    def _end_collateral(self, account: MarginAccount, asset: Asset, to_spot: list[tuple[str, int]]) -> None:
        """Move to spot what the level allows, sell the rest, hand over what the books do not buy."""
        symbol = asset.symbol
        if account.debts and self._is_above_two(account, False):
            self._to_spot(account, symbol, self.risk.limits.max_transferable(account, symbol), to_spot)
        if account.debts and account.free(symbol):
            self.trades.sell(account, symbol)
        if account.debts and account.free(symbol) and asset.price > 0:
            self.handover.give_asset(account, asset, symbol)
        self._to_spot(account, symbol, account.free(symbol), to_spot)

    def _is_above_two(self, account: MarginAccount, is_equal_enough: bool) -> bool:
        """Whether C ÷ L is above the transfer ratio of Classic, or at it where that is enough."""
        sheet = self.risk.sheet(account)
        bands = self.risk.parameters.classic[max(self.risk.parameters.classic)]
        collateral, liabilities = sheet.collateral(), sheet.liabilities
        if is_equal_enough and collateral * RATIO_ONE == bands.transfer_ratio * liabilities:
            return True
        return may_transfer(collateral, liabilities, bands)

    def _repay_matched(self, account: MarginAccount, symbol: str) -> None:
        """Repay from what is free of the asset owed."""
        amount = min(account.free(symbol), account.owed(symbol))
        if amount:
            self.desk.repay(account, symbol, amount, True)

    def _end_orders(self, account: TradingAccount) -> None:
        """Cancel all orders of an account, pending ones of lists too."""
        for order in [*account.orders.values(), *account.pending.values()]:
            if order.is_open or order.status == PENDING_NEW:
                self.exchange.end(order, CANCELED, CAUSE_DELISTED)

    def _to_spot(self, account: MarginAccount, symbol: str, amount: int, to_spot: list[tuple[str, int]]) -> None:
        """Move an amount to the owner's spot wallet, and note it."""
        if amount:
            self.ledger.transfer(account.holding(symbol), account.user.spot.holding(symbol), amount)
            to_spot.append((symbol, amount))
