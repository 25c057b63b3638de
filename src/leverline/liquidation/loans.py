"""Liquidation loans: what a Cross deficit leaves its user owing, where the rule set says so (rule 16.5).

The fund pays the deficit at once, or the venue writes it off, as ever; besides, the user owes as much to the fund. The
loan bears no interest and has no term. While any of it is left, neither he nor his family may borrow or withdraw.
"""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import INDEX_ONE, amount_up
from leverline.ledger.claims import Claims
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import Claim
from leverline.liquidation.events import LiquidationLoanMade, LiquidationLoanRepaid
from leverline.liquidation.fund import InsuranceFund
from leverline.margin.account import MarginAccount, User
from leverline.market.index_board import USDT, IndexBoard

NOTHING: Final = 0


class LiquidationLoans:
    """Makes such loans and takes what is paid of them."""

    def __init__(self, log: EventLog, ledger: Ledger, board: IndexBoard, fund: InsuranceFund, asset: str) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.board: IndexBoard = board
        self.fund: InsuranceFund = fund
        self.claims: Claims = Claims(ledger)
        self.asset: str = asset if asset == "" or asset in board.assets else USDT
        """What loans are reckoned in; empty: there are none. USDT where the venue lacks the rule set's asset."""

    def lend(self, account: MarginAccount, deficit: int) -> None:
        """Let the user of a Cross account owe its `deficit` (value); of an isolated one he owes nothing (rule 11.7).

        At the index of the loan's asset, rounded up; at par where it never had one.
        """
        if self.asset == "" or account.pair is not None:
            return
        spot = account.user.spot
        asset = self.asset_of(account.user)
        amount = amount_up(deficit, self.board.assets[asset].price or INDEX_ONE)
        claim = self.claims.make(spot, asset, amount)
        self.log.emit(LiquidationLoanMade(account.user_id, spot.wallet_id, asset, amount, claim.remaining))

    def asset_of(self, user: User) -> str:
        """Return what a user's loan is reckoned in: a loan that is open stays in its asset."""
        claim = self.of(user)
        return claim.asset if claim is not None and claim.remaining else self.asset

    def of(self, user: User) -> Claim | None:
        """Return a user's loan, the last one if it is settled, or None."""
        return self.ledger.claims.get(user.spot.wallet_id)

    def remaining(self, user: User) -> int:
        """Return what a user still owes, 0 without a loan."""
        claim = self.of(user)
        return NOTHING if claim is None else claim.remaining

    def repay(self, user: User, amount: int, product: int) -> None:
        """Take `amount`, no more than is left and than is free, from the spot wallet into the fund."""
        asset = self.asset_of(user)
        claim = self.claims.pay(user.spot.holding(asset), amount)
        self.fund.note_repayment(asset, amount, product, user.spot.wallet_id)
        self._report(user, claim, amount, False)

    def waive(self, user: User, amount: int) -> None:
        """Give up `amount`, no more than is left."""
        self._report(user, self.claims.waive(user.spot, amount), amount, True)

    def _report(self, user: User, claim: Claim, amount: int, is_waived: bool) -> None:
        """Report what was paid or given up."""
        self.log.emit(
            LiquidationLoanRepaid(user.user_id, user.spot.wallet_id, claim.asset, amount, claim.remaining, is_waived)
        )
