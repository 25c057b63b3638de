"""Records of margin accounts: transfers, capital flow, liquidation orders."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.changes import Rule
from leverline.api.endpoint import Security, Table
from leverline.api.errors import invalid
from leverline.api.margin.loan_records import CONFIRMED
from leverline.api.margin.windows import FLOW_DAYS, FLOW_DAYS_BEFORE, LIMIT, PAGED, paged_window, span_in_days
from leverline.api.margin.words import ASSET, ISOLATED_SYMBOL, SYMBOL, place_of_symbol, wallet_id_at, word_in_any_case
from leverline.api.order_words import side_word
from leverline.api.parameters import described, number, optional
from leverline.api.time_window import WINDOW
from leverline.history import flows
from leverline.history.flows import FlowRecord
from leverline.history.liquidations import LiquidationOrder
from leverline.history.transfers import TransferRecord
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.market.terms import TIME_IN_FORCE_NAMES

table = Table()

ROLL_IN: Final = "ROLL_IN"
ROLL_OUT: Final = "ROLL_OUT"
WALLET_WORDS: Final = {SPOT: "SPOT", CROSS: "CROSS_MARGIN", ISOLATED: "ISOLATED_MARGIN"}

FLOW_WORDS: Final = {
    flows.TRANSFER: "TRANSFER",
    flows.BORROW: "BORROW",
    flows.REPAY: "REPAY",
    flows.BUY_INCOME: "BUY_INCOME",
    flows.BUY_EXPENSE: "BUY_EXPENSE",
    flows.SELL_INCOME: "SELL_INCOME",
    flows.SELL_EXPENSE: "SELL_EXPENSE",
    flows.COMMISSION: "TRADING_COMMISSION",
    flows.LIQUIDATION_BUY: "BUY_LIQUIDATION",
    flows.LIQUIDATION_SELL: "SELL_LIQUIDATION",
    flows.LIQUIDATION_REPAY: "REPAY_LIQUIDATION",
    flows.LIQUIDATION_OTHER: "OTHER_LIQUIDATION",
    flows.LIQUIDATION_FEE: "LIQUIDATION_FEE",
    flows.DUST_CONVERTED: "SMALL_BALANCE_CONVERT",
    flows.DEBT_EXCHANGED: "SMALL_CONVERT",
}
UNUSED_FLOW_WORDS: Final = ("COMMISSION_RETURN",)
"""Documented flows that the venue does not make."""


def flow_kind(name: str, value: str) -> int:
    """Parse a type of capital flow; −1 for one that never occurs."""
    for kind, word in FLOW_WORDS.items():
        if word == value:
            return kind
    if value in UNUSED_FLOW_WORDS:
        return -1
    raise invalid(name)


described(flow_kind, {"type": "string", "enum": [*FLOW_WORDS.values(), *sorted(UNUSED_FLOW_WORDS)]})


@table.add(
    "GET", "/sapi/v1/margin/transfer", ASSET, optional("type", word_in_any_case(ROLL_IN, ROLL_OUT)), ISOLATED_SYMBOL,
    *PAGED, security=Security.USER_DATA, weight=1, tag="Margin transfers",
)  # fmt: skip
async def margin_transfers(call: Call) -> dict[str, Any]:
    """Return transfers into and out of the cross account or a pair's, newest first."""
    wallet_id = wallet_id_at(call, place_of_symbol(call))
    is_in = None if call["type"] is None else call["type"] == ROLL_IN
    asset = "" if call["asset"] is None else call.asset().symbol
    page = await call.services.past.transfers.of_wallet(wallet_id, paged_window(call), is_in, asset)
    return {"rows": [transfer_row(call, each, wallet_id) for each in page.rows], "total": page.total}


def transfer_row(call: Call, record: TransferRecord, wallet_id: int) -> dict[str, Any]:
    """Return one transfer as seen from a wallet."""
    row: dict[str, Any] = {
        "amount": format_amount(record.amount),
        "asset": record.asset,
        "status": CONFIRMED,
        "timestamp": call.stamp(record.time),
        "txId": record.tran_id,
        "type": ROLL_IN if record.target == wallet_id else ROLL_OUT,
        "transFrom": WALLET_WORDS[record.source_kind],
        "transTo": WALLET_WORDS[record.target_kind],
    }
    if record.source_pair:
        row["fromSymbol"] = record.source_pair
    if record.target_pair:
        row["toSymbol"] = record.target_pair
    return row


@table.add(
    "GET", "/sapi/v1/margin/capital-flow", ASSET, SYMBOL, optional("type", flow_kind), *WINDOW,
    optional("fromId", number), LIMIT, security=Security.USER_DATA, weight=100, tag="Margin account",
)  # fmt: skip
async def capital_flow(call: Call) -> list[dict[str, Any]]:
    """Return what came into and went out of the cross account or a pair's; seven days at most, ninety formerly."""
    wallet_id = wallet_id_at(call, place_of_symbol(call, "symbol"))
    asset = "" if call["asset"] is None else call.asset().symbol
    profile = call.services.profile
    since, until = span_in_days(call, FLOW_DAYS if profile.has(Rule.WEEK_OF_FLOW) else FLOW_DAYS_BEFORE)
    found = await call.services.past.flows.of(
        wallet_id, asset, call["type"] or 0, call["fromId"], since, until, call["limit"]
    )
    notes = {"note": ""} if profile.has(Rule.FLOW_NOTES) else {}
    return [flow_row(call, each) | notes for each in found]


def flow_row(call: Call, record: FlowRecord) -> dict[str, Any]:
    """Return one flow."""
    return {
        "id": record.flow_id,
        "tranId": record.tran_id,
        "timestamp": call.stamp(record.time),
        "asset": record.asset,
        "symbol": record.pair,
        "type": FLOW_WORDS[record.kind],
        "amount": format_amount(record.amount),
    }


@table.add(
    "GET", "/sapi/v1/margin/forceLiquidationRec", ISOLATED_SYMBOL, *PAGED,
    security=Security.USER_DATA, weight=1, tag="Margin trading",
)  # fmt: skip
async def liquidation_orders(call: Call) -> dict[str, Any]:
    """Return the orders traded in liquidations of the cross account or a pair's, and takeovers, newest first."""
    place = place_of_symbol(call)
    page = await call.services.past.liquidations.orders_of(wallet_id_at(call, place), paged_window(call))
    rows = [liquidation_row(call, each, place[0] == ISOLATED) for each in page.rows]
    return {"rows": rows, "total": page.total}


def liquidation_row(call: Call, record: LiquidationOrder, is_isolated: bool) -> dict[str, Any]:
    """Return one order of a liquidation."""
    return {
        "avgPrice": format_amount(record.average_price),
        "executedQty": format_amount(record.executed),
        "orderId": record.order_id,
        "price": format_amount(record.price),
        "qty": format_amount(record.quantity),
        "side": side_word(record.is_buy),
        "symbol": record.pair,
        "timeInForce": TIME_IN_FORCE_NAMES[record.time_in_force],
        "isIsolated": is_isolated,
        "updatedTime": call.stamp(record.time),
    }
