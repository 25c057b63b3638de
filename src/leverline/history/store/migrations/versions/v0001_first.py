"""The first schema: orders, the logs of accounts and of the public, candles, and how far all of it reaches.

A version is never edited once released: it says what was, the tables of `leverline.history.store.schema` say what is.
"""

from typing import Any, Final

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Numeric, PrimaryKeyConstraint, Text
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None

TYPES: Final[dict[str, TypeEngine[Any]]] = {
    "number": BigInteger(),
    "amount": BigInteger().with_variant(Numeric(38, 0), "postgresql"),
    "text": Text(),
    "truth": Boolean(),
}
"""A question mark behind one says that the column may be empty."""

TABLES: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "amendment": (
        "wallet_id number, number number, sequence number, execution_id number, pair text, "
        "order_id number, old_client_id text, client_id text, old_quantity amount, quantity amount, "
        "time number",
        "wallet_id number",
        ("wallet_id order_id",),
    ),
    "candle": (
        "pair text, size number, number number, sequence number, time number, open number, high number, "
        "low number, close number, volume amount, quote_volume amount, taker_base amount, "
        "taker_quote amount, count number, first_id number, last_id number",
        "pair size number",
        ("pair size time",),
    ),
    "debt_exchange": (
        "number number, sequence number, tran_id number, wallet_id number, time number, asset text, "
        "amount amount, paid_asset text, paid amount",
        "wallet_id number",
        ("wallet_id time",),
    ),
    "deficit": (
        "owner number, number number, sequence number, time number, user_id number, wallet_id number, "
        "product number, deficit amount, paid amount, unpaid amount",
        "owner number",
        (),
    ),
    "dust": (
        "number number, sequence number, tran_id number, wallet_id number, time number, asset text, "
        "amount amount, received_asset text, received amount, charge amount",
        "wallet_id number",
        ("wallet_id time",),
    ),
    "flow": (
        "number number, sequence number, flow_id number, tran_id number, wallet_id number, time number, "
        "asset text, pair text, kind number, amount amount",
        "wallet_id number",
        (
            "wallet_id flow_id",
            "wallet_id time",
        ),
    ),
    "fund": (
        "owner number, number number, sequence number, fund_id number, time number, kind number, "
        "asset text, amount amount, wallet_id number",
        "owner number",
        (),
    ),
    "fund_payment": (
        "owner number, number number, sequence number, time number, asset text, amount amount, "
        "value amount, product number, wallet_id number",
        "owner number",
        (),
    ),
    "interest": (
        "number number, sequence number, interest_id number, wallet_id number, time number, asset text, "
        "paid_asset text, principal amount, rate_hourly number, amount amount, kind number",
        "wallet_id number",
        ("wallet_id time",),
    ),
    "liquidation": (
        "number number, sequence number, case_id number, user_id number, wallet_id number, time number, "
        "mode number, pair text, assets amount, liabilities amount, level amount, steps text?, "
        "takeover text?, ended number, reason number, level_end amount",
        "wallet_id number",
        ("wallet_id time",),
    ),
    "liquidation_order": (
        "number number, sequence number, order_id number, wallet_id number, time number, pair text, "
        "is_buy truth, time_in_force number, price number, quantity amount, executed amount, "
        "executed_quote amount",
        "wallet_id number",
        ("wallet_id time",),
    ),
    "loan": (
        "number number, sequence number, tran_id number, wallet_id number, time number, asset text, "
        "is_borrow truth, kind number, principal amount, interest amount, order_id number",
        "wallet_id number",
        ("wallet_id time",),
    ),
    "operation": (
        "owner number, number number, sequence number, time number, command text, details text, "
        "user_id number, refusal text",
        "owner number",
        (),
    ),
    "order": (
        "sequence number, order_id number, client_id text, user_id number, wallet_id number, pair text, "
        "is_buy truth, kind number, time_in_force number, self_trade number, side_effect number, "
        "price number, quantity amount, quote_quantity amount, stop_price number, "
        "iceberg_quantity amount, loan amount, loan_asset text, is_repaid_at_cancel truth, "
        "is_liquidation truth, time number, update_time number, working_time number, is_working truth, "
        "status number, cause number, executed amount, executed_quote amount, prevented_match number, "
        "prevented_quantity amount, strategy_id number, strategy_type number, trailing_delta number, "
        "trailing_time number, list_id number",
        "order_id",
        (
            "wallet_id client_id",
            "wallet_id pair order_id",
            "wallet_id pair time",
        ),
    ),
    "order_list": (
        "number number, sequence number, list_id number, client_id text, user_id number, wallet_id number, "
        "pair text, shape number, orders text?, time number, update_time number, is_done truth",
        "wallet_id number",
        (
            "wallet_id list_id",
            "wallet_id time",
        ),
    ),
    "payment": (
        "number number, sequence number, tran_id number, user_id number, wallet_id number, time number, "
        "asset text, amount amount, is_deposit truth",
        "user_id number",
        ("user_id time",),
    ),
    "prevented_match": (
        "wallet_id number, number number, sequence number, match_id number, pair text, time number, "
        "taker_order number, maker_order number, group_id number, mode number, price number, "
        "taker_quantity amount, maker_quantity amount",
        "wallet_id number",
        ("wallet_id pair match_id",),
    ),
    "rate": (
        "number number, sequence number, asset text, time number, rate_hourly number, utilisation number",
        "asset time",
        (),
    ),
    "standing": (
        "number number, sequence number, wallet_id number, time number, kind number, old number, "
        "new number, level amount",
        "wallet_id number",
        ("wallet_id time",),
    ),
    "trade": (
        "number number, sequence number, trade_id number, order_id number, wallet_id number, pair text, "
        "time number, price number, quantity amount, quote amount, commission amount, "
        "commission_asset text, is_buyer truth, is_maker truth, list_id number",
        "wallet_id number",
        (
            "order_id",
            "wallet_id pair time",
            "wallet_id pair trade_id",
        ),
    ),
    "transfer": (
        "number number, sequence number, tran_id number, user_id number, time number, asset text, "
        "amount amount, source number, target number, source_kind number, source_pair text, "
        "target_kind number, target_pair text",
        "user_id number",
        ("user_id time",),
    ),
    "wallet": (
        "sequence number, wallet_id number, user_id number, kind number, pair text",
        "wallet_id",
        ("user_id",),
    ),
    "write_off": (
        "owner number, number number, sequence number, time number, asset text, interest amount, "
        "principal amount, value amount, product number, wallet_id number",
        "owner number",
        (),
    ),
}
"""Columns, key and indices of each table."""


def upgrade() -> None:
    """Make all tables."""
    for name, (columns, key, indices) in TABLES.items():
        table = f"history_{name}"
        made = [_column(each) for each in columns.split(", ")]
        op.create_table(table, *made, PrimaryKeyConstraint(*key.split(), name=f"pk_{table}"), sqlite_with_rowid=False)
        for index in indices:
            op.create_index(f"ix_{table}_{index.replace(' ', '_')}", table, index.split())
    op.create_table(
        "history_watermark",
        Column("id", BigInteger(), primary_key=True, autoincrement=False),
        *(_column(f"{name} number") for name in ("sequence", "time", "since", "since_time")),
        _column("venue text"),
    )


def _column(words: str) -> "Column[Any]":
    """Return a column: its name and its type."""
    name, kind = words.split()
    return Column(name, TYPES[kind.rstrip("?")], nullable=kind.endswith("?"))
