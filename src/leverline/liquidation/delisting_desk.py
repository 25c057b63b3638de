"""Delistings from the announcement to the removal of the last holding (rule 13.2).

An asset takes all its pairs with it, a pair only itself and its isolated accounts. A removal goes in rounds, so that a
venue with many holders goes on trading meanwhile.
"""

from leverline.kernel.events import EventLog
from leverline.kernel.time import HOUR, hour_start
from leverline.ledger.ledger import Ledger
from leverline.lending.desk import LendingDesk
from leverline.liquidation.delisting import COMING, GONE, REMOVING, Delisting
from leverline.liquidation.delisting_events import (
    ANNOUNCED,
    BORROW_STOPPED,
    REMOVAL,
    REMOVED,
    TRANSFER_STOPPED,
    WITHDRAWN,
    DelistingAnnounced,
    DelistingNoticeDue,
    DelistingReached,
)
from leverline.liquidation.handover import HandOver
from leverline.liquidation.process import Liquidator
from leverline.liquidation.removal import Removal
from leverline.liquidation.removal_trades import RemovalTrades
from leverline.margin.account import FOREVER, MarginAccount
from leverline.margin.risk import RiskDesk
from leverline.market.account import TradingAccount
from leverline.market.events import PairStatusChanged
from leverline.market.exchange import Exchange
from leverline.market.pair import Pair
from leverline.market.terms import CANCELED, CAUSE_DELISTED, DELISTED, DELISTING, PENDING_NEW, REDUCE_ONLY, TRADING
from leverline.rulebook.parameters import DelistingRules, LiquidationRules, VenueParameters


class DelistingDesk:
    """All delistings, those that are over included."""

    def __init__(
        self, log: EventLog, ledger: Ledger, exchange: Exchange, desk: LendingDesk, risk: RiskDesk,
        liquidator: Liquidator, parameters: VenueParameters,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.exchange: Exchange = exchange
        self.liquidator: Liquidator = liquidator
        self.rules: DelistingRules = parameters.delisting
        self.liquidation: LiquidationRules = parameters.liquidation
        self.delistings: dict[str, Delisting] = {}
        """By name, in order of announcement."""
        self.next_due: int = FOREVER
        """Derived: time of the next stage or round of any."""
        trades = RemovalTrades(exchange, liquidator.paths)
        handover = HandOver(log, ledger, liquidator.takeovers, liquidator.unwinding)
        self.removal: Removal = Removal(log, ledger, exchange, desk, risk, trades, handover)

    def announce(self, delisting: Delisting) -> None:
        """Plan a delisting, tell whom it concerns, and let happen what is due at once."""
        self.delistings[delisting.name] = delisting
        self.log.emit(
            DelistingAnnounced(
                delisting.name, delisting.is_pair, delisting.borrow_stop, delisting.transfer_stop, delisting.removal
            )
        )
        self._tell(delisting, ANNOUNCED, delisting.removal)
        self.run(self.log.time)

    def withdraw(self, delisting: Delisting) -> None:
        """Take back a delisting whose removal has not begun."""
        del self.delistings[delisting.name]
        self.log.emit(DelistingReached(delisting.name, WITHDRAWN))
        self._tell(delisting, WITHDRAWN, self.log.time)
        self.derive()

    def run(self, now: int) -> None:
        """Let the stages and rounds happen that are due, one delisting after the other."""
        for delisting in self.delistings.values():
            while delisting.next_due <= now:
                if delisting.state == COMING:
                    self._reach(delisting)
                else:
                    self._round(delisting)
        self.derive()

    def derive(self) -> None:
        """Set the marks of assets and pairs, and the next time, by the delistings as they are."""
        self.next_due = FOREVER
        for asset in self.exchange.board.assets.values():
            asset.is_borrow_stopped, asset.is_transfer_stopped, asset.is_delisted = False, False, False
        for pair in self.exchange.pairs.values():
            pair.is_borrow_stopped, pair.is_transfer_stopped = False, False
        for delisting in self.delistings.values():
            self.next_due = min(self.next_due, delisting.next_due)
            self._mark(delisting)
        self.liquidator.paths.forget()

    def _mark(self, delisting: Delisting) -> None:
        """Set what one delisting has stopped; a pair whose asset goes has no more loans in its isolated accounts."""
        is_borrow_stopped = delisting.has_reached(BORROW_STOPPED)
        is_transfer_stopped = delisting.has_reached(TRANSFER_STOPPED)
        if not delisting.is_pair:
            asset = self.exchange.board.assets[delisting.name]
            asset.is_borrow_stopped, asset.is_transfer_stopped = is_borrow_stopped, is_transfer_stopped
            asset.is_delisted = delisting.state == GONE
        for pair in self.pairs_of(delisting):
            pair.is_borrow_stopped = pair.is_borrow_stopped or is_borrow_stopped
            pair.is_transfer_stopped = pair.is_transfer_stopped or is_transfer_stopped

    def pairs_of(self, delisting: Delisting) -> list[Pair]:
        """Return the pairs that go."""
        if delisting.is_pair:
            return [self.exchange.pairs[delisting.name]]
        name = delisting.name
        return [pair for pair in self.exchange.pairs.values() if name in (pair.base.symbol, pair.quote.symbol)]

    def is_being_removed(self, pair: Pair) -> bool:
        """Whether a removal that goes on takes a pair with it."""
        for delisting in self.delistings.values():
            if delisting.state == REMOVING and pair in self.pairs_of(delisting):
                return True
        return False

    def concerned(self, delisting: Delisting) -> list[MarginAccount]:
        """Return the accounts to be settled, by id: isolated ones of the pairs, cross ones that hold or owe the asset.

        An isolated account that has been disabled and is empty is none.
        """
        symbols = [pair.symbol for pair in self.pairs_of(delisting)]
        return [
            wallet
            for wallet in self.ledger.wallets
            if isinstance(wallet, MarginAccount) and _is_concerned(wallet, delisting, symbols)
        ]

    def _tell(self, delisting: Delisting, stage: int, at: int) -> None:
        """Give notice to everyone whom a stage concerns."""
        for account in self.concerned(delisting):
            self.log.emit(DelistingNoticeDue(account.user_id, account.wallet_id, delisting.name, stage, at))

    def _reach(self, delisting: Delisting) -> None:
        """Reach the next stage; a removal waits while all trading is stopped (rule 13.7)."""
        stage = delisting.stages[delisting.stages_done][1]
        if stage == REMOVAL and self.liquidator.pauses.with_trading:
            delisting.not_before = hour_start(self.log.time) + HOUR
            return
        delisting.stages_done += 1
        self.log.emit(DelistingReached(delisting.name, stage))
        self._tell(delisting, stage, delisting.time_of(stage))
        if stage == REMOVAL:
            self._begin_removal(delisting)

    def _begin_removal(self, delisting: Delisting) -> None:
        """Close the pairs to orders, cancel those of margin accounts, and queue who is to be settled.

        A pair that takes no orders stays as it is: nobody trades in it now.
        """
        delisting.state = REMOVING
        pairs = self.pairs_of(delisting)
        for pair in pairs:
            if pair.status in (TRADING, REDUCE_ONLY):
                self._set_status(pair, DELISTING)
        for wallet in self.ledger.wallets:
            if isinstance(wallet, MarginAccount):
                self._end_orders(wallet, pairs)
        self._queue(delisting)
        self._round(delisting)

    def _queue(self, delisting: Delisting) -> None:
        """List who is to be settled, the lowest A ÷ L first, as in a liquidation (rule 11.1)."""
        ordered = self.liquidator.queue.ordered(self.concerned(delisting))
        delisting.queue = [account.wallet_id for account in ordered]

    def _round(self, delisting: Delisting) -> None:
        """Settle as many accounts as a round may; those that a liquidation has locked wait for its end."""
        left = 0 if self.liquidator.pauses.with_trading else self.rules.accounts_per_round
        symbols = [pair.symbol for pair in self.pairs_of(delisting)]
        waiting: list[int] = []
        is_idle = True
        for wallet_id in delisting.queue:
            account = self.ledger.wallet(wallet_id)
            assert isinstance(account, MarginAccount), wallet_id
            if not _is_concerned(account, delisting, symbols):
                continue  # another removal, or its owner, was there before
            if left == 0 or account.is_locked:
                waiting.append(wallet_id)
            else:
                self.removal.settle(account, delisting.name)
                left -= 1
                is_idle = False
        delisting.queue = waiting
        if not waiting:
            self._queue(delisting)
        if delisting.queue:
            delisting.next_round = self._next_round(delisting, is_idle)
        else:
            self._finish(delisting)

    def _next_round(self, delisting: Delisting, is_idle: bool) -> int:
        """Return the time of the next round: the next hour where a stop or a pause keeps what is waited for."""
        rules = self.liquidation
        if is_idle and self.log.time >= delisting.removal + 2 * rules.takeover_time:
            return hour_start(self.log.time) + HOUR
        return self.log.time + rules.round_interval

    def _finish(self, delisting: Delisting) -> None:
        """Cancel what is left in the books and close the pairs for good."""
        delisting.state = GONE
        delisting.next_round = FOREVER
        pairs = self.pairs_of(delisting)
        for wallet in self.ledger.wallets:
            if isinstance(wallet, TradingAccount):
                self._end_orders(wallet, pairs)
        for pair in pairs:
            self._set_status(pair, DELISTED)
        self.liquidator.unwinding.wake(self.log.time + self.liquidation.round_interval)
        self.log.emit(DelistingReached(delisting.name, REMOVED))

    def _set_status(self, pair: Pair, status: int) -> None:
        """Set the status of a pair that goes, unless another delisting has brought it further."""
        if pair.status not in (status, DELISTED):
            pair.status = status
            self.log.emit(PairStatusChanged(pair.symbol, status))

    def _end_orders(self, account: TradingAccount, pairs: list[Pair]) -> None:
        """Cancel an account's orders in the pairs, pending ones of lists too."""
        if not account.orders and not account.pending:
            return
        for order in [*account.orders.values(), *account.pending.values()]:
            if order.pair in pairs and (order.is_open or order.status == PENDING_NEW):
                self.exchange.end(order, CANCELED, CAUSE_DELISTED)


def _is_concerned(account: MarginAccount, delisting: Delisting, symbols: list[str]) -> bool:
    """Whether an account holds or owes what goes."""
    if account.pair is not None:
        is_used = account.is_enabled or account.debts > 0
        return account.pair.symbol in symbols and is_used
    holding = account.holdings.get(delisting.name)
    return holding is not None and (holding.total > 0 or holding.debt > 0)
