"""All endpoints of margin under /sapi, the removed ones included."""

from leverline.api.endpoint import Table
from leverline.api.margin import (
    account,
    catalogue,
    closing,
    isolated,
    liquidation_loan,
    loan_records,
    loans,
    order_lists,
    order_queries,
    orders,
    records,
    removed,
    settings,
    small_debts,
    special_keys,
    terms_of_loan,
    trial,
)

PARTS = (
    account, isolated, settings, terms_of_loan, catalogue, loans, loan_records, orders, order_queries, closing,
    records, removed, trial, small_debts, liquidation_loan, special_keys, order_lists,
)  # fmt: skip


def margin_table() -> Table:
    """Return the endpoints of margin."""
    table = Table()
    for part in PARTS:
        table.include(part.table)
    return table
