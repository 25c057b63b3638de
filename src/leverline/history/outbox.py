"""What the read models note of each commit, for a store that keeps all of it."""

from copy import copy
from typing import Any, Final

ORDERS: Final = "order"
CASES: Final = "liquidation"
WALLETS: Final = "wallet"
RATES: Final = "rate"
CANDLES: Final = "candle"
TAPE: Final = "market_trade"
"""Streams that are no plain logs; those of logs are named by the history."""

Row = tuple[str, Any, int, Any]
"""Stream, owner, number within the owner's, and the record."""


class Outbox:
    """Gathers the rows of one commit. Records in `rows` never change again; the amended ones are copied at the end."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.amended: dict[tuple[str, Any, int], Any] = {}
        """(stream, owner, number) → a record that was made or changed, and may change again."""
        self.orders: dict[int, Any] = {}
        """Orders that were placed or changed, by id."""

    def collect(self) -> list[Row]:
        """Return what was noted since the last time."""
        rows, self.rows = self.rows, []
        if self.orders:
            rows += [(ORDERS, 0, number, copy(order)) for number, order in self.orders.items()]
            self.orders.clear()
        if self.amended:
            rows += [(*place, copy(record)) for place, record in self.amended.items()]
            self.amended.clear()
        return rows
