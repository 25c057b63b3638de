"""What became of one user's money between two moments, line by line, as a tax office asks for it.

Cost and proceeds of a purchase or sale are its quote amount, before the fee, which stands beside it in its own asset.
"""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from leverline.history.flows import FLOW_NAMES, LIQUIDATION_FEE, LIQUIDATION_OTHER
from leverline.history.store.database import read_watermark
from leverline.history.store.schema import STREAMS
from leverline.history.store.tables import rows_of, within
from leverline.ledger.wallet import CROSS, ISOLATED, WALLET_KIND_NAMES

OPENING: Final = "opening balance"
CLOSING: Final = "closing balance"
_FLOWS: Final = (LIQUIDATION_FEE, LIQUIDATION_OTHER)
"""Flows that no other table tells of."""


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
        """Whether balances can be told: only of a history that is whole from the beginning, and of margin accounts."""

    def lines(self) -> list[Line]:
        """Return all lines: opening balances, what happened by its time, closing balances."""
        happened = sorted(
            (line for source in self._sources() for line in source), key=attrgetter("time")
        )  # fmt: skip
        return [*self._balances(OPENING, self.since), *happened, *self._balances(CLOSING, self.until)]

    def _sources(self) -> Iterator[Iterator[Line]]:
        """Yield what happened, kind by kind."""
        yield self._payments()
        yield self._transfers()
        for wallet_id in self.wallets:
            yield self._trades(wallet_id)
            yield self._loans(wallet_id)
            yield self._interest(wallet_id)
            yield self._liquidations(wallet_id)

    def _account(self, wallet_id: int) -> str:
        """Return an account in words."""
        wallet = self.wallets[wallet_id]
        name = WALLET_KIND_NAMES[wallet.kind]
        return f"{name} {wallet.pair}" if wallet.pair else name

    def _rows(self, name: str, owner: str, owner_id: int) -> Iterator[dict[str, Any]]:
        """Yield an owner's rows of a table within the time."""
        stream = STREAMS[name]
        where = [stream.table.c[owner] == owner_id, *within(stream, self.since, self.until)]
        return rows_of(self.connection, name, where)

    def _payments(self) -> Iterator[Line]:
        """Yield deposits and withdrawals."""
        for row in self._rows("payment", "user_id", self.user_id):
            sign, kind = (1, "deposit") if row["is_deposit"] else (-1, "withdrawal")
            yield Line(
                row["time"], self._account(row["wallet_id"]), kind, "", row["asset"], sign * row["amount"],
                reference=row["tran_id"],
            )  # fmt: skip

    def _transfers(self) -> Iterator[Line]:
        """Yield both sides of transfers."""
        for row in self._rows("transfer", "user_id", self.user_id):
            for wallet_id, sign in ((row["source"], -1), (row["target"], 1)):
                yield Line(
                    row["time"], self._account(wallet_id), "transfer", "", row["asset"], sign * row["amount"],
                    reference=row["tran_id"],
                )  # fmt: skip

    def _trades(self, wallet_id: int) -> Iterator[Line]:
        """Yield purchases with their cost and sales with their proceeds."""
        for row in self._rows("trade", "wallet_id", wallet_id):
            base, quote = self.pairs.get(row["pair"], (row["pair"], ""))
            sign, kind = (1, "purchase") if row["is_buyer"] else (-1, "sale")
            yield Line(
                row["time"], self._account(wallet_id), kind, row["pair"], base, sign * row["quantity"], quote,
                -sign * row["quote"], row["commission_asset"], -row["commission"], reference=row["trade_id"],
            )  # fmt: skip

    def _loans(self, wallet_id: int) -> Iterator[Line]:
        """Yield loans and repayments."""
        for row in self._rows("loan", "wallet_id", wallet_id):
            sign, kind = (1, "loan") if row["is_borrow"] else (-1, "repayment")
            yield Line(
                row["time"], self._account(wallet_id), kind, "", row["asset"],
                sign * (row["principal"] + row["interest"]), interest=sign * row["interest"], reference=row["tran_id"],
            )  # fmt: skip

    def _interest(self, wallet_id: int) -> Iterator[Line]:
        """Yield interest as it became owed."""
        for row in self._rows("interest", "wallet_id", wallet_id):
            if row["amount"]:
                yield Line(
                    row["time"], self._account(wallet_id), "interest charged", "", row["paid_asset"], 0,
                    interest=-row["amount"], reference=row["interest_id"],
                )  # fmt: skip

    def _liquidations(self, wallet_id: int) -> Iterator[Line]:
        """Yield what liquidations took besides trades and repayments."""
        for row in self._rows("flow", "wallet_id", wallet_id):
            if row["kind"] in _FLOWS:
                yield Line(
                    row["time"], self._account(wallet_id), FLOW_NAMES[row["kind"]], row["pair"], row["asset"],
                    row["amount"], reference=row["tran_id"],
                )  # fmt: skip

    def _balances(self, kind: str, time: int) -> Iterator[Line]:
        """Yield the balances of margin accounts at a moment: what flowed in and out before it."""
        table = STREAMS["flow"].table
        for wallet_id, wallet in self.wallets.items():
            if not self.has_balances or wallet.kind not in (CROSS, ISOLATED):
                continue
            sums: dict[str, int] = {}
            for row in rows_of(self.connection, "flow", [table.c.wallet_id == wallet_id, table.c.time < time]):
                sums[row["asset"]] = sums.get(row["asset"], 0) + row["amount"]
            yield from (Line(time, self._account(wallet_id), kind, "", asset, sums[asset]) for asset in sorted(sums))


def has_user(connection: Connection, user_id: int) -> bool:
    """Return whether the history knows a user."""
    table = STREAMS["wallet"].table
    wanted = select(func.count()).select_from(table).where(table.c.user_id == user_id)
    return bool(connection.execute(wanted).scalar_one())
