"""The tables of history, told by the records that they keep; their names begin with `history_`.

Amounts, and whatever else may be wider than a machine word, are NUMERIC on PostgreSQL. SQLite has no exact number that
wide: there they are INTEGER, and beyond 63 bits a text of fixed width (`wide_text`) that sorts behind all integers and
among its like. Times are microseconds since 1970.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, Numeric, PrimaryKeyConstraint, Table, Text
from sqlalchemy.types import TypeEngine

from leverline.history.amendments import Amendment
from leverline.history.candle import Candle
from leverline.history.conversions import DebtExchangeRecord, DustRecord
from leverline.history.fills import AccountTrade
from leverline.history.flows import FlowRecord
from leverline.history.fund import DeficitRecord, FundPayment, FundRecord, WriteOffRecord
from leverline.history.interest import InterestRecord, RateRecord
from leverline.history.liquidation_loans import LiquidationLoanRecord
from leverline.history.liquidations import LiquidationCase, LiquidationOrder
from leverline.history.loans import LoanRecord
from leverline.history.operations import OperationRecord
from leverline.history.order_lists import ListRecord
from leverline.history.orders import OrderRecord
from leverline.history.outbox import CANDLES, CASES, ORDERS, RATES, TAPE, WALLETS
from leverline.history.parameter_changes import ParameterChangeRecord
from leverline.history.prevented import PreventedMatch
from leverline.history.restraints import RestraintRecord
from leverline.history.standing import StandingRecord
from leverline.history.tape import TapedTrade
from leverline.history.transfers import PaymentRecord, TransferRecord
from leverline.history.wallets import WalletRecord

PREFIX: Final = "history_"
AMOUNT: Final[TypeEngine[Any]] = BigInteger().with_variant(Numeric(38, 0), "postgresql")
WIDE: Final = frozenset(
    {
        "amount", "assets", "charge", "commission", "deficit", "executed", "executed_quote", "iceberg_quantity",
        "interest", "level", "level_end", "liabilities", "loan", "maker_quantity", "old_quantity", "paid",
        "prevented_quantity", "principal", "quantity", "quote", "quote_quantity", "quote_volume", "received",
        "remaining",
        "taker_base", "taker_quantity", "taker_quote", "unpaid", "value", "volume",
    }
)  # fmt: skip
"""Fields that may be wider than a machine word."""

metadata: Final = MetaData()

NarrowRow = tuple[Any, int, int, Any]
"""Owner, number, sequence, record."""
Place = tuple[str, TypeEngine[Any], Callable[[NarrowRow], Any]]
"""A column beside a record's own: name, type, and what takes its value out of a row."""
OWNER: Final = itemgetter(0)
NUMBER: Final[Place] = ("number", BigInteger(), itemgetter(1))
SEQUENCE: Final[Place] = ("sequence", BigInteger(), itemgetter(2))
"""Of the commit that made or last changed it; of what a store began with, that of the beginning."""


@dataclass(frozen=True)
class Stream:
    """One table and the records in it. `is_amended`: a row may be written again, and then replaces the earlier one."""

    name: str
    table: Table
    record: type[msgspec.Struct]
    places: tuple[Callable[[NarrowRow], Any], ...]
    """What takes the values of the columns before the record's own out of a row."""
    is_amended: bool = False
    owner: str = ""
    """Column of the owner; empty where there is none."""
    fields: tuple[str, ...] = ()
    """The record's own columns in order."""
    nested: frozenset[str] = frozenset()
    """Columns of JSON."""


def _type_of(name: str, annotation: Any) -> TypeEngine[Any]:
    """Return the type of a field's column; what is not plain is kept as JSON."""
    if annotation is bool:
        return Boolean()
    if annotation is int:
        return AMOUNT if name in WIDE else BigInteger()
    return Text()


def _is_nested(annotation: Any) -> bool:
    """Return whether a field is kept as JSON."""
    return annotation not in (bool, int, str)


def _stream(
    name: str, record: type[msgspec.Struct], places: tuple[Place, ...], key: tuple[str, ...],
    *indices: tuple[str, ...], owner: str = "", is_amended: bool = False,
) -> Stream:  # fmt: skip
    """Make the table of a stream: `places`, then the record's fields."""
    fields = msgspec.structs.fields(record)
    table = Table(
        PREFIX + name,
        metadata,
        *(Column(column, kind, nullable=False) for column, kind, _ in places),
        *(Column(each.name, _type_of(each.name, each.type), nullable=_is_nested(each.type)) for each in fields),
        PrimaryKeyConstraint(*key, name=f"pk_{PREFIX}{name}"),
        *(Index(f"ix_{PREFIX}{name}_{'_'.join(columns)}", *columns) for columns in indices),
        sqlite_with_rowid=False,
    )
    nested = frozenset(each.name for each in fields if _is_nested(each.type))
    takers = tuple(take for _, _, take in places)
    return Stream(name, table, record, takers, is_amended, owner, tuple(each.name for each in fields), nested)


def _log(
    name: str, record: type[msgspec.Struct], owner: str, *indices: tuple[str, ...], amended: bool = False
) -> Stream:
    """Make the table of a log: an owner's records by their numbers."""
    is_told = any(each.name == owner for each in msgspec.structs.fields(record))
    places: tuple[Place, ...] = (NUMBER, SEQUENCE) if is_told else ((owner, BigInteger(), OWNER), NUMBER, SEQUENCE)
    if record is OperationRecord:
        places = places[:-1]  # its own number is its commit's
    return _stream(name, record, places, (owner, "number"), *indices, owner=owner, is_amended=amended)


def _pair(row: NarrowRow) -> Any:
    """Return the pair of a candle."""
    return row[0][0]


def _size(row: NarrowRow) -> Any:
    """Return the interval of a candle."""
    return row[0][1]


STREAMS: Final[dict[str, Stream]] = {
    ORDERS: _stream(
        ORDERS, OrderRecord, (SEQUENCE,), ("order_id",), ("wallet_id", "pair", "order_id"),
        ("wallet_id", "pair", "time"), ("wallet_id", "client_id"), owner="wallet_id", is_amended=True,
    ),
    "trade": _log(
        "trade", AccountTrade, "wallet_id", ("wallet_id", "pair", "trade_id"), ("wallet_id", "pair", "time"),
        ("order_id",),
    ),
    "loan": _log("loan", LoanRecord, "wallet_id", ("wallet_id", "time")),
    "interest": _log("interest", InterestRecord, "wallet_id", ("wallet_id", "time")),
    RATES: _stream(
        RATES, RateRecord, (NUMBER, SEQUENCE), ("asset", "time"),
    ),
    "transfer": _log("transfer", TransferRecord, "user_id", ("user_id", "time")),
    "payment": _log("payment", PaymentRecord, "user_id", ("user_id", "time")),
    "flow": _log(
        "flow", FlowRecord, "wallet_id", ("wallet_id", "flow_id", "number", "asset", "kind"),
        ("wallet_id", "time", "number", "asset", "kind"),
    ),
    CASES: _log(CASES, LiquidationCase, "wallet_id", ("wallet_id", "time"), amended=True),
    "liquidation_order": _log("liquidation_order", LiquidationOrder, "wallet_id", ("wallet_id", "time")),
    "fund": _log("fund", FundRecord, "owner", ("owner", "time"), ("owner", "asset", "time")),
    "fund_payment": _log("fund_payment", FundPayment, "owner", ("owner", "time")),
    "deficit": _log("deficit", DeficitRecord, "owner", ("owner", "time")),
    "write_off": _log("write_off", WriteOffRecord, "owner", ("owner", "time")),
    "restraint": _log("restraint", RestraintRecord, "owner", ("owner", "time")),
    "standing": _log("standing", StandingRecord, "wallet_id", ("wallet_id", "time")),
    "prevented_match": _log("prevented_match", PreventedMatch, "wallet_id", ("wallet_id", "pair", "match_id")),
    "amendment": _log("amendment", Amendment, "wallet_id", ("wallet_id", "order_id")),
    "order_list": _log(
        "order_list", ListRecord, "wallet_id", ("wallet_id", "list_id"), ("wallet_id", "time"),
        ("wallet_id", "client_id"),
    ),
    "dust": _log("dust", DustRecord, "wallet_id", ("wallet_id", "time")),
    "debt_exchange": _log("debt_exchange", DebtExchangeRecord, "wallet_id", ("wallet_id", "time")),
    "operation": _log("operation", OperationRecord, "owner"),
    "parameter_change": _log("parameter_change", ParameterChangeRecord, "owner", ("owner", "time")),
    "liquidation_loan": _log("liquidation_loan", LiquidationLoanRecord, "wallet_id", ("wallet_id", "time")),
    WALLETS: _stream(WALLETS, WalletRecord, (SEQUENCE,), ("wallet_id",), ("user_id",)),
    CANDLES: _stream(
        CANDLES, Candle, (("pair", Text(), _pair), ("size", BigInteger(), _size), NUMBER, SEQUENCE),
        ("pair", "size", "number"), ("pair", "size", "time"),
    ),
    TAPE: _stream(TAPE, TapedTrade, (SEQUENCE,), ("pair", "trade_id"), ("pair", "time"), ("pair", "aggregate_id")),
}  # fmt: skip
"""All tables by the names of their streams."""

WATERMARK: Final = Table(
    PREFIX + "watermark",
    metadata,
    Column("id", BigInteger(), primary_key=True, autoincrement=False),
    Column("sequence", BigInteger(), nullable=False),
    Column("time", BigInteger(), nullable=False),
    Column("since", BigInteger(), nullable=False),
    Column("since_time", BigInteger(), nullable=False),
    Column("venue", Text(), nullable=False),
)
"""One row: all commits after `since` and up to `sequence` are here, and of older ones what memory knew at `since`."""
