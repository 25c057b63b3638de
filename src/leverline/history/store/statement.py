"""What became of one user's money between two moments, line by line, as a tax office asks for it.

Cost and proceeds of a purchase or sale are its quote amount, before the fee, which stands beside it in its own asset.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, ClassVar, Final

import msgspec
from sqlalchemy import Connection, func, select

from leverline.history.flows import (
    DEBT_EXCHANGED,
    DUST_CONVERTED,
    FLOW_NAMES,
    LIQUIDATION_FEE,
    LIQUIDATION_OTHER,
)
from leverline.history.liquidation_loans import REPAID
from leverline.history.store.database import read_watermark
from leverline.history.store.schema import STREAMS
from leverline.history.store.tables import rows_of, within
from leverline.ledger.wallet import WALLET_KIND_NAMES

OPENING: Final = "opening balance"
CLOSING: Final = "closing balance"
_KINDS: Final = {"flow": (LIQUIDATION_FEE, LIQUIDATION_OTHER), "liquidation_loan": (REPAID,)}
"""Table → what of it moves money that no other table tells of."""

Row = dict[str, Any]


class Line(msgspec.Struct):
    """One line. Amounts 10⁻⁸: what came is above 0, what went below; `time` in microseconds."""

    time: int
    account: str
    kind: str
    pair: str = ""
    asset: str = ""
    amount: int = 0
    counter_asset: str = ""
    counter_amount: int = 0
    fee_asset: str = ""
    fee: int = 0
    interest: int = 0
    """Of a repayment, in its asset, within the amount."""
    reference: int = 0
    """Trade id, or number of the commit."""

    def movements(self) -> tuple[tuple[str, int], ...]:
        """Return what came and went: (asset, amount)."""
        return ((self.asset, self.amount), (self.counter_asset, self.counter_amount), (self.fee_asset, self.fee))


Balances = dict[tuple[str, str], int]
"""(account, asset) → what is there."""


class Statement:
    """One user's statement of `since` ≤ time < `until`. `pairs`: symbol → (base, quote)."""

    def __init__(
        self, connection: Connection, user_id: int, since: int, until: int, pairs: dict[str, tuple[str, str]]
    ) -> None:
        self.connection = connection
        self.user_id = user_id
        self.since = since
        self.until = until
        self.pairs = pairs
        table = STREAMS["wallet"].table
        found = connection.execute(select(table).where(table.c.user_id == user_id).order_by(table.c.wallet_id))
        self.wallets: dict[int, Any] = {row.wallet_id: row for row in found}
        mark = read_watermark(connection)
        self.has_balances: bool = mark is not None and mark.since == 0
        """Whether balances can be told: only of a history that is whole from the beginning."""

    def lines(self) -> list[Line]:
        """Return all lines: opening balances, what happened by its time, closing balances, which are both together."""
        happened = sorted(self._lines(self.since, self.until), key=attrgetter("time"))
        if not self.has_balances:
            return happened
        balances: Balances = defaultdict(int)
        _book(balances, self._lines(0, self.since))
        opening = _balance_lines(balances, OPENING, self.since)
        _book(balances, happened)
        return [*opening, *happened, *_balance_lines(balances, CLOSING, self.until)]

    def _lines(self, since: int, until: int) -> Iterator[Line]:
        """Yield what happened in a span of time, kind by kind."""
        for table, owner, owner_id in self._logs():
            stream = STREAMS[table]
            where = [stream.table.c[owner] == owner_id, *within(stream, since, until)]
            if table in _KINDS:
                where.append(stream.table.c.kind.in_(_KINDS[table]))
            for row in rows_of(self.connection, table, where):
                yield from self._made[table](self, row)

    def _logs(self) -> Iterator[tuple[str, str, int]]:
        """Yield the tables that tell of the user's money, each with the column and id of its owner."""
        yield from (("payment", "user_id", self.user_id), ("transfer", "user_id", self.user_id))
        for wallet_id in self.wallets:
            for name in ("trade", "loan", "interest", "flow", "dust", "debt_exchange", "liquidation_loan"):
                yield name, "wallet_id", wallet_id

    def _account(self, wallet_id: int) -> str:
        """Return an account in words."""
        wallet = self.wallets[wallet_id]
        name = WALLET_KIND_NAMES[wallet.kind]
        return f"{name} {wallet.pair}" if wallet.pair else name

    def _payment(self, row: Row) -> Iterator[Line]:
        """Yield a deposit or withdrawal."""
        sign, kind = (1, "deposit") if row["is_deposit"] else (-1, "withdrawal")
        yield Line(
            row["time"], self._account(row["wallet_id"]), kind, "", row["asset"], sign * row["amount"],
            reference=row["tran_id"],
        )  # fmt: skip

    def _transfer(self, row: Row) -> Iterator[Line]:
        """Yield both sides of a transfer."""
        for wallet_id, sign in ((row["source"], -1), (row["target"], 1)):
            yield Line(
                row["time"], self._account(wallet_id), "transfer", "", row["asset"], sign * row["amount"],
                reference=row["tran_id"],
            )  # fmt: skip

    def _trade(self, row: Row) -> Iterator[Line]:
        """Yield a purchase with its cost, or a sale with its proceeds."""
        base, quote = self.pairs.get(row["pair"], (row["pair"], ""))
        sign, kind = (1, "purchase") if row["is_buyer"] else (-1, "sale")
        yield Line(
            row["time"], self._account(row["wallet_id"]), kind, row["pair"], base, sign * row["quantity"], quote,
            -sign * row["quote"], row["commission_asset"], -row["commission"], reference=row["trade_id"],
        )  # fmt: skip

    def _loan(self, row: Row) -> Iterator[Line]:
        """Yield a loan or repayment."""
        sign, kind = (1, "loan") if row["is_borrow"] else (-1, "repayment")
        yield Line(
            row["time"], self._account(row["wallet_id"]), kind, "", row["asset"],
            sign * (row["principal"] + row["interest"]), interest=sign * row["interest"], reference=row["tran_id"],
        )  # fmt: skip

    def _interest(self, row: Row) -> Iterator[Line]:
        """Yield interest as it became owed, which moves nothing yet."""
        if row["amount"]:
            yield Line(
                row["time"], self._account(row["wallet_id"]), "interest charged", "", row["paid_asset"], 0,
                interest=-row["amount"], reference=row["interest_id"],
            )  # fmt: skip

    def _flow(self, row: Row) -> Iterator[Line]:
        """Yield what a liquidation took besides trades and repayments."""
        yield Line(
            row["time"], self._account(row["wallet_id"]), FLOW_NAMES[row["kind"]], row["pair"], row["asset"],
            row["amount"], reference=row["tran_id"],
        )  # fmt: skip

    def _dust(self, row: Row) -> Iterator[Line]:
        """Yield a small balance that was given, with what it brought; the charge is off that already."""
        yield Line(
            row["time"], self._account(row["wallet_id"]), FLOW_NAMES[DUST_CONVERTED], "", row["asset"], -row["amount"],
            row["received_asset"], row["received"], reference=row["tran_id"],
        )  # fmt: skip

    def _debt_exchange(self, row: Row) -> Iterator[Line]:
        """Yield what was paid for a small debt, and what came for it; its repayment is a line of its own."""
        yield Line(
            row["time"], self._account(row["wallet_id"]), FLOW_NAMES[DEBT_EXCHANGED], "", row["asset"], row["amount"],
            row["paid_asset"], -row["paid"], reference=row["tran_id"],
        )  # fmt: skip

    def _liquidation_loan(self, row: Row) -> Iterator[Line]:
        """Yield what was paid of a liquidation loan (rule 16.5)."""
        yield Line(
            row["time"], self._account(row["wallet_id"]), "liquidation loan repaid", "", row["asset"], -row["amount"],
            reference=row["tran_id"],
        )  # fmt: skip

    _made: ClassVar[dict[str, Callable[["Statement", Row], Iterator[Line]]]] = {
        "payment": _payment, "transfer": _transfer, "trade": _trade, "loan": _loan, "interest": _interest,
        "flow": _flow, "dust": _dust, "debt_exchange": _debt_exchange,
        "liquidation_loan": _liquidation_loan,
    }  # fmt: skip
    """Table → what its rows are on a statement."""


def _book(balances: Balances, lines: Iterable[Line]) -> None:
    """Add what came and went to balances."""
    for line in lines:
        for asset, amount in line.movements():
            if amount:
                balances[(line.account, asset)] += amount


def _balance_lines(balances: Balances, kind: str, time: int) -> list[Line]:
    """Return balances that are not nothing as lines, by account and asset."""
    return [
        Line(time, account, kind, "", asset, amount) for (account, asset), amount in sorted(balances.items()) if amount
    ]


def has_user(connection: Connection, user_id: int) -> bool:
    """Return whether the history knows a user."""
    table = STREAMS["wallet"].table
    wanted = select(func.count()).select_from(table).where(table.c.user_id == user_id)
    return bool(connection.execute(wanted).scalar_one())
