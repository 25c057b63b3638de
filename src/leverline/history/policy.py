"""How much of the past is kept in memory."""

from dataclasses import dataclass

PACKED_PRICE_MAX = 2**63 - 1
"""Prices of trades are kept in machine words."""


@dataclass(frozen=True)
class HistoryPolicy:
    """Bounds of the read models, in records. Open orders are always kept; beyond a bound the oldest record goes.

    “Per account” is per wallet, but for transfers, deposits and withdrawals per user. A bound “in all” holds over all
    accounts together, so that many accounts with a little each are bounded too.
    """

    ended_orders: int = 1_000
    """Per account."""
    ended_orders_in_all: int = 300_000
    account_trades: int = 1_000
    """Per account."""
    account_trades_in_all: int = 300_000
    records: int = 5_000
    """Per account and kind: loans, interest, transfers, deposits, capital flow, liquidations, standing."""
    records_in_all: int = 500_000
    """Per kind."""
    public_records: int = 10_000
    """Per kind: the fund's ledger, its payments, write-offs."""
    market_trades: int = 1_000
    """Per pair, and as many aggregated ones."""
    rates: int = 24 * 92
    """Hourly rates per asset."""
    seconds: int = 1_000
    """Candles of a second per pair; only those with trades take room, here and below."""
    minutes: int = 1_500
    """Candles of a minute per pair: a day of statistics needs 1,440."""
    quarters: int = 1_500
    """Candles of 15 minutes per pair."""
    hours: int = 1_500
    days: int = 1_500
