"""The lending desk: loans from the pools, their repayment, and interest by the hour (rules 3 and 8.1)."""

from leverline.kernel.events import EventLog
from leverline.kernel.time import day_start
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import CROSS, Holding
from leverline.lending.events import (
    ON_BORROW,
    ON_BORROW_CONVERTED,
    PERIODIC,
    PERIODIC_CONVERTED,
    Borrowed,
    BorrowingStopped,
    InterestCharged,
    RateSet,
    Repaid,
)
from leverline.lending.pool import Pool
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.index_board import IndexBoard
from leverline.market.settlement import BNB
from leverline.rulebook.interest import HOURS_WAIVED_MOST, accrue, convert_to_bnb, exact_charge
from leverline.rulebook.parameters import InterestRules, VenueParameters


class LendingDesk:
    """All pools. Checks are made before: a loan or repayment asked of the desk cannot be refused."""

    def __init__(self, log: EventLog, ledger: Ledger, board: IndexBoard, parameters: VenueParameters) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.board: IndexBoard = board
        self.rules: InterestRules = parameters.interest
        assert 0 <= self.rules.hours_waived <= HOURS_WAIVED_MOST, self.rules.hours_waived
        self.is_stopped_by_loss: bool = False
        """A loss that the fund could not pay has stopped borrowing until an operator resumes it (rule 11.6)."""
        self.is_stopped_with_trading: bool = False
        """Borrowing is stopped as long as all trading is (rule 13.7)."""
        discounts = [level.interest_discount for level in parameters.vip_levels]
        self.discounts: list[int] = discounts
        """By VIP level; all pools hold this list."""
        self.pools: dict[str, Pool] = {}
        for symbol, asset in board.assets.items():
            self.pools[symbol] = Pool(asset, ledger.venue[symbol], parameters.interest, discounts)

    def open_hour(self, hour: int) -> None:
        """Begin the venue's first hour, the one that starts at `hour`: every pool is counted from now on."""
        for symbol, pool in self.pools.items():
            pool.open(self.log.time)
            self.log.emit(RateSet(symbol, hour, pool.rate_hourly, pool.utilisation_now()))

    def renew_discounts(self, discounts: list[int]) -> None:
        """Let other discounts by VIP level hold from now on."""
        self.discounts[:] = discounts
        for pool in self.pools.values():
            pool.set_rate(pool.rate_hourly)

    def restore_debtors(self) -> None:
        """Derive the lists of debtors from the balances, after these were restored from a snapshot."""
        for wallet in self.ledger.wallets:
            if wallet.is_margin and wallet.debts:
                for symbol, holding in wallet.holdings.items():
                    if holding.principal:
                        self.pools[symbol].add_debtor(holding)

    def lendable(self, asset: str) -> int:
        """Return what the pool may still lend of `asset` (rules 8.1, 8.3)."""
        return self.pools[asset].lendable()

    @property
    def is_stopped(self) -> bool:
        """Whether borrowing is stopped for the whole venue."""
        return self.is_stopped_by_loss or self.is_stopped_with_trading

    def stop(self) -> None:
        """Stop borrowing for the whole venue (rule 11.6)."""
        was_stopped = self.is_stopped
        self.is_stopped_by_loss = True
        self._report_stop(was_stopped)

    def resume(self) -> None:
        """End the stop that a loss has made."""
        was_stopped = self.is_stopped
        self.is_stopped_by_loss = False
        self._report_stop(was_stopped)

    def stop_with_trading(self, is_stopped: bool) -> None:
        """Follow a stop of all trading, or its end (rule 13.7)."""
        was_stopped = self.is_stopped
        self.is_stopped_with_trading = is_stopped
        self._report_stop(was_stopped)

    def _report_stop(self, was_stopped: bool) -> None:
        """Report whether borrowing is stopped, if that is news."""
        if self.is_stopped != was_stopped:
            self.log.emit(BorrowingStopped(self.is_stopped))

    def borrow(self, account: TradingAccount, asset: str, amount: int, order_id: int) -> None:
        """Lend `amount` to `account`, for the order `order_id` or 0, and charge its first hour (rule 3.2)."""
        pool = self.pools[asset]
        pool.note(self.log.time)
        holding = account.holding(asset)
        self.ledger.borrow(holding, amount)
        pool.add_debtor(holding)
        self.log.emit(Borrowed(account.user_id, account.wallet_id, asset, amount, order_id))
        if not self._takes_waiver(account, asset):
            rate = pool.vip_rates[account.trader.vip_level]
            self._charge_loan(account, holding, pool.asset, amount, rate, ON_BORROW)

    def _takes_waiver(self, account: TradingAccount, asset: str) -> bool:
        """Whether the first hour is waived: at most once per user, asset and day (rule 3.7)."""
        if self.rules.hours_waived == 0:
            return False
        today = day_start(self.log.time)
        waivers = account.trader.waivers
        if waivers.get(asset, -1) == today:
            return False
        waivers[asset] = today
        return True

    def repay(
        self, account: TradingAccount, asset: str, amount: int, is_liquidation: bool, order_id: int = 0
    ) -> tuple[int, int]:
        """Repay `amount`, at most the debt, from free balance, interest first (rule 3.3).

        `order_id` names the order that it comes of, or 0. Return (interest, principal).
        """
        holding = account.holding(asset)
        interest = min(amount, holding.interest)
        principal = amount - interest
        self._repay(account, holding, interest, principal, is_liquidation, order_id)
        return interest, principal

    def repay_principal(self, account: TradingAccount, asset: str, amount: int, order_id: int = 0) -> None:
        """Repay `amount` of principal only: what the loan of an ended order gives back (rule 9.2)."""
        self._repay(account, account.holding(asset), 0, amount, False, order_id)

    def _repay(
        self, account: TradingAccount, holding: Holding, interest: int, principal: int, is_liquidation: bool,
        order_id: int,
    ) -> None:  # fmt: skip
        """Book and report a repayment."""
        assert interest + principal > 0, (holding.asset, interest, principal)
        self.pools[holding.asset].note(self.log.time)
        self.ledger.repay(holding, interest, principal)
        self.log.emit(
            Repaid(
                account.user_id, account.wallet_id, holding.asset, interest, principal, is_liquidation, order_id
            )
        )  # fmt: skip

    def charge_hour(self, hour: int) -> None:
        """Begin a clock hour: first every asset's new rate, then one charge per debt at it (rules 1.5, 3.2, 3.4)."""
        for symbol, pool in self.pools.items():
            used = pool.begin_hour(hour)
            self.log.emit(RateSet(symbol, hour, pool.rate_hourly, used))
        for pool in self.pools.values():
            if pool.debtors:
                self._charge_pool(pool)

    def _charge_pool(self, pool: Pool) -> None:
        """Charge one hour on every principal of one asset, in order of wallet id."""
        rates = pool.vip_rates
        asset = pool.asset
        symbol = asset.symbol
        ledger = self.ledger
        log = self.log
        repaid = 0
        if not pool.is_ordered:
            pool.order_debtors()
        for holding in pool.debtors.values():
            principal = holding.principal
            if principal == 0:
                repaid += 1
                continue
            account = holding.wallet
            assert isinstance(account, TradingAccount), account.wallet_id
            trader = account.trader
            rate = rates[trader.vip_level]
            if trader.is_bnb_interest:
                self._charge_loan(account, holding, asset, principal, rate, PERIODIC)
                continue
            amount, holding.carry = accrue(holding.carry, principal, rate)
            if amount:
                ledger.charge_interest(holding, amount)
                if holding.interest > holding.interest_limit:
                    ledger.touch(account)
            log.emit(InterestCharged(account.wallet_id, symbol, symbol, principal, rate, amount, PERIODIC))
        if repaid:
            pool.order_debtors()

    def pays_in_bnb(self, account: TradingAccount, asset: Asset) -> bool:
        """Whether an hour of a loan in `asset` is charged in BNB now: chosen, and both prices known (rule 3.5)."""
        if not account.trader.is_bnb_interest or account.kind != CROSS or asset.is_stale:
            return False
        bnb = self.board.assets.get(BNB)
        return bnb is not None and not bnb.is_stale

    def _charge_loan(
        self, account: TradingAccount, holding: Holding, asset: Asset, principal: int, rate: int, kind: int
    ) -> None:
        """Charge one hour on `principal`, in BNB where the user chose so and both prices are known (rule 3.5)."""
        if self.pays_in_bnb(account, asset):
            bnb = self.board.assets[BNB]
            paid = account.holding(BNB)
            amount, paid.carry = convert_to_bnb(
                paid.carry, exact_charge(principal, rate), self.rules.bnb_factor, asset.price, bnb.price
            )
            kind = ON_BORROW_CONVERTED if kind == ON_BORROW else PERIODIC_CONVERTED
        else:
            paid = holding
            amount, paid.carry = accrue(paid.carry, principal, rate)
        if amount:
            self.ledger.charge_interest(paid, amount)
            if paid.interest > paid.interest_limit:
                self.ledger.touch(account)
        self.log.emit(InterestCharged(account.wallet_id, asset.symbol, paid.asset, principal, rate, amount, kind))
