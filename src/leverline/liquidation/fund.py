"""The insurance fund: what it holds, how it pays, and its public ledger (rules 11.4 to 11.7)."""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import amount_up, value_down
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import Holding
from leverline.liquidation.events import FundPaid
from leverline.margin.exposure import fund_value
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.index_board import USDT, IndexBoard

TOP_UP: Final = 1
INCOME: Final = 2
CLEARANCE_FEE: Final = 3
DEFICIT: Final = 4
SWEEP: Final = 5
ADVANCE: Final = 6
LOAN_REPAID: Final = 20

FUND_ROW_NAMES: Final = {
    TOP_UP: "top-up by the house",
    INCOME: "share of interest income",
    CLEARANCE_FEE: "clearance fee",
    DEFICIT: "deficit paid",
    SWEEP: "unwinding profit",
    ADVANCE: "advance to close a small debt",
    LOAN_REPAID: "liquidation loan repaid",
}

NO_PRODUCT: Final = 0
"""Product of rows that no margin product caused."""

ROWS_MAX: Final = 10_000
"""How many of the newest rows are kept; totals go back to the beginning."""


class FundRow:
    """One line of the fund's ledger: `amount` is what came in, negative for what went out."""

    def __init__(self, time: int, kind: int, asset: str, amount: int, product: int, wallet_id: int) -> None:
        self.time: int = time
        self.kind: int = kind
        self.asset: str = asset
        self.amount: int = amount
        self.product: int = product
        self.wallet_id: int = wallet_id


class Payment:
    """What the fund paid for one deficit."""

    def __init__(self) -> None:
        self.amounts: list[tuple[str, int]] = []
        """(asset, amount)."""
        self.value: int = 0


class InsuranceFund:
    """The fund's ledger over the balances that `VenueAccounts.fund` holds."""

    def __init__(self, log: EventLog, ledger: Ledger, board: IndexBoard) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.board: IndexBoard = board
        self.rows: list[FundRow] = []
        """The newest rows, oldest first."""
        self.totals: dict[tuple[int, int, str], int] = {}
        """(product, kind, asset) → sum of all rows ever."""

    def value(self) -> int:
        """Return what the fund is worth at index in USDT; a stale asset counts nothing."""
        return fund_value(self.ledger, self.board.assets)

    def charge_fee(self, holding: Holding, amount: int, product: int) -> None:
        """Take a clearance fee of `amount` from `holding` (rule 11.4)."""
        self.ledger.clearance_fee(holding, amount)
        self._note(CLEARANCE_FEE, holding.asset, amount, product, holding.wallet.wallet_id)

    def sweep_in(self, holding: Holding, amount: int, product: int) -> None:
        """Take unwinding profit from the liquidation account (rule 11.5)."""
        self.ledger.sweep_to_fund(holding, amount)
        self._note(SWEEP, holding.asset, amount, product, holding.wallet.wallet_id)

    def note_top_up(self, asset: str, amount: int) -> None:
        """Note what the house paid in."""
        self._note(TOP_UP, asset, amount, NO_PRODUCT, 0)

    def note_income(self, asset: str, amount: int) -> None:
        """Note the share of interest income that came in."""
        self._note(INCOME, asset, amount, NO_PRODUCT, 0)

    def note_repayment(self, asset: str, amount: int, product: int, wallet_id: int) -> None:
        """Note what a user paid of his liquidation loan (rule 16.5)."""
        self._note(LOAN_REPAID, asset, amount, product, wallet_id)

    def pay(self, target: TradingAccount, value: int, product: int, wallet_id: int, kind: int) -> Payment:
        """Pay `value` to the liquidation account for a deficit or an advance (`kind`), as far as the fund goes.

        USDT first, then the other assets by rank and symbol at index (rule 11.5). `wallet_id` names whose deficit
        it is, 0 for a loss of unwinding or an advance.
        """
        payment = Payment()
        left = value
        for asset in self._in_order_of_payment():
            if left <= 0:
                break
            amount = min(self.ledger.venue[asset.symbol].fund, amount_up(left, asset.price))
            worth = min(value_down(amount, asset.price), left)
            if worth <= 0:
                continue
            self._pay_out(target.holding(asset.symbol), amount, wallet_id)
            self._note(kind, asset.symbol, -amount, product, wallet_id)
            self.log.emit(FundPaid(asset.symbol, amount, worth, product, wallet_id))
            payment.amounts.append((asset.symbol, amount))
            payment.value += worth
            left -= worth
        return payment

    def _pay_out(self, holding: Holding, amount: int, wallet_id: int) -> None:
        """Post the payment as the chart's row for a deficit, or for an unwinding loss."""
        if wallet_id:
            self.ledger.fund_deficit(holding, amount)
        else:
            self.ledger.sweep_from_fund(holding, amount)

    def _in_order_of_payment(self) -> list[Asset]:
        """Return what the fund holds: USDT first, then by rank and symbol; stale assets, at last price, at the end."""
        keyed: list[tuple[bool, int, str]] = []
        for symbol, venue in self.ledger.venue.items():
            asset = self.board.assets[symbol]
            if venue.fund and asset.price > 0 and not asset.is_delisted:
                keyed.append((asset.is_stale, 0 if symbol == USDT else asset.parameters.rank, symbol))
        keyed.sort()
        return [self.board.assets[symbol] for _, _, symbol in keyed]

    def _note(self, kind: int, asset: str, amount: int, product: int, wallet_id: int) -> None:
        """Write a row and keep the totals."""
        self.rows.append(FundRow(self.log.time, kind, asset, amount, product, wallet_id))
        if len(self.rows) > 2 * ROWS_MAX:
            self.rows = self.rows[ROWS_MAX:]
        key = (product, kind, asset)
        self.totals[key] = self.totals.get(key, 0) + amount


def fund_ledger(fund: InsuranceFund, since: int = 0, product: int = -1, rows_max: int = ROWS_MAX) -> list[FundRow]:
    """Return the fund's newest rows from venue time `since` on, newest first (rule 11.7).

    `product` picks one product, `NO_PRODUCT` the rows of none; −1 gives all.
    """
    found: list[FundRow] = []
    for row in reversed(fund.rows):
        if row.time < since or len(found) >= rows_max:
            break
        if product < 0 or row.product == product:
            found.append(row)
    return found


def fund_totals(fund: InsuranceFund, product: int) -> dict[tuple[int, str], int]:
    """Return (kind, asset) → sum since the beginning of one product: what it brought the fund and what it cost."""
    return {(kind, asset): total for (of, kind, asset), total in fund.totals.items() if of == product}
