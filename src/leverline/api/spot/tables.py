"""All endpoints under /api/v3."""

from leverline.api.endpoint import Table
from leverline.api.spot import (
    account,
    amending,
    depth,
    exchange_info,
    general,
    klines,
    order_lists,
    order_queries,
    orders,
    rate_limits,
    reference_price,
    replacing,
    routing,
    tickers,
    trades,
)

PARTS = (
    general, exchange_info, depth, trades, klines, tickers, orders, replacing, order_queries, account, rate_limits,
    amending, reference_price, routing, order_lists,
)  # fmt: skip


def spot_table() -> Table:
    """Return the endpoints of spot and market data."""
    table = Table()
    for part in PARTS:
        table.include(part.table)
    return table
