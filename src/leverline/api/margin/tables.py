"""All endpoints of margin under /sapi, the removed ones included."""

from leverline.api.endpoint import Table
from leverline.api.margin import (
    account,
    catalogue,
    closing,
    isolated,
    loan_records,
    loans,
    order_lists,
    order_queries,
    orders,
    records,
    removed,
    settings,
    terms_of_loan,
)

PARTS = (
    account, isolated, settings, terms_of_loan, catalogue, loans, loan_records, orders, order_queries,
    order_lists, closing, records, removed,
)  # fmt: skip


def margin_table() -> Table:
    """Return the endpoints of margin."""
    table = Table()
    for part in PARTS:
        table.include(part.table)
    return table
