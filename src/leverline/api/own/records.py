"""How a margin account stood over time, and the insurance fund's public ledger (rules 10, 11.7)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.windows import PAGED, paged_window
from leverline.api.margin.words import ASSET, ISOLATED_SYMBOL, place_of_symbol, shown_level, wallet_id_at
from leverline.history import standing
from leverline.history.fund import DeficitRecord, FundPayment, FundRecord, WriteOffRecord
from leverline.history.standing import StandingRecord
from leverline.kernel.decimals import format_amount
from leverline.ledger.entries import ENTRY_NAMES
from leverline.margin.account import MODE_NAMES, STATUS_NAMES

table = Table()
FUND: Final = "/public/v1/insurance-fund"
STANDING_WORDS: Final = {
    standing.OPENED: "opened",
    standing.DISABLED: "disabled",
    standing.MODE: "mode",
    standing.STATUS: "status",
    standing.CALL: "margin call",
    standing.REMINDER: "margin call repeated",
}


@table.add(
    "GET", "/account/v1/margin-history", ISOLATED_SYMBOL, *PAGED,
    security=Security.USER_DATA, weight=1, budget=Budget.SAPI_IP, tag="Account",
)  # fmt: skip
async def margin_history(call: Call) -> dict[str, Any]:
    """Return how the cross account or a pair's stood: opened, another mode or band, called; newest first."""
    wallet_id = wallet_id_at(call, place_of_symbol(call))
    page = await call.services.past.standing.page(wallet_id, paged_window(call))
    return {"rows": [standing_row(call, each) for each in page.rows], "total": page.total}


def standing_row(call: Call, record: StandingRecord) -> dict[str, Any]:
    """Return one change of an account."""
    row: dict[str, Any] = {"time": call.stamp(record.time), "what": STANDING_WORDS[record.kind]}
    if record.kind == standing.MODE:
        row |= {"mode": MODE_NAMES[record.new], "leverage": record.level}
    elif record.kind not in (standing.OPENED, standing.DISABLED):
        row["marginLevel"] = shown_level(record.level, record.level > 0)
    if record.kind == standing.STATUS:
        row |= {"before": STATUS_NAMES[record.old], "after": STATUS_NAMES[record.new]}
    return row


@table.add("GET", FUND, security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag="Insurance fund")
def fund(call: Call) -> list[dict[str, str]]:
    """Return what the insurance fund holds of each asset."""
    books = call.core.ledger.venue
    return [{"asset": asset, "amount": format_amount(each.fund)} for asset, each in books.items() if each.fund]


@table.add(
    "GET", f"{FUND}/movements", ASSET, *PAGED,
    security=Security.NONE, weight=100, budget=Budget.SAPI_IP, tag="Insurance fund",
)  # fmt: skip
async def fund_movements(call: Call) -> dict[str, Any]:
    """Return what came into the insurance fund and went out of it, newest first; of all assets or one."""
    asset = "" if call["asset"] is None else call.asset().symbol
    page = await call.services.past.fund.page(paged_window(call), asset)
    return {"rows": [movement_row(call, each) for each in page.rows], "total": page.total}


def movement_row(call: Call, record: FundRecord) -> dict[str, Any]:
    """Return one movement of the fund; whose account it came of is nobody else's business."""
    return {
        "id": record.fund_id,
        "time": call.stamp(record.time),
        "kind": ENTRY_NAMES[record.kind],
        "asset": record.asset,
        "amount": format_amount(record.amount),
    }


@table.add(
    "GET", f"{FUND}/payments", *PAGED, security=Security.NONE, weight=100, budget=Budget.SAPI_IP, tag="Insurance fund"
)
async def fund_payments(call: Call) -> dict[str, Any]:
    """Return what the insurance fund paid for deficits and advances, with its value in USDT at index, newest first."""
    page = await call.services.past.fund.payments_page(paged_window(call))
    return {"rows": [payment_row(call, each) for each in page.rows], "total": page.total}


def payment_row(call: Call, record: FundPayment) -> dict[str, Any]:
    """Return one payment of the fund."""
    return {
        "time": call.stamp(record.time),
        "product": MODE_NAMES[record.product],
        "asset": record.asset,
        "amount": format_amount(record.amount),
        "value": format_amount(record.value),
    }


@table.add(
    "GET", f"{FUND}/deficits", *PAGED, security=Security.NONE, weight=100, budget=Budget.SAPI_IP, tag="Insurance fund"
)
async def fund_deficits(call: Call) -> dict[str, Any]:
    """Return what assets of liquidated accounts could not repay, in USDT at index, and who bore it, newest first."""
    page = await call.services.past.fund.deficits_page(paged_window(call))
    return {"rows": [deficit_row(call, each) for each in page.rows], "total": page.total}


def deficit_row(call: Call, record: DeficitRecord) -> dict[str, Any]:
    """Return one deficit."""
    return {
        "time": call.stamp(record.time),
        "product": MODE_NAMES[record.product],
        "deficit": format_amount(record.deficit),
        "paidByFund": format_amount(record.paid),
        "writtenOff": format_amount(record.unpaid),
    }


@table.add(
    "GET", f"{FUND}/write-offs", *PAGED, security=Security.NONE, weight=100, budget=Budget.SAPI_IP, tag="Insurance fund"
)
async def fund_write_offs(call: Call) -> dict[str, Any]:
    """Return debts that nobody will pay: the venue's deficit (rule 11.6), newest first."""
    page = await call.services.past.fund.write_offs_page(paged_window(call))
    return {"rows": [write_off_row(call, each) for each in page.rows], "total": page.total}


def write_off_row(call: Call, record: WriteOffRecord) -> dict[str, Any]:
    """Return one write-off, with its value in USDT at index."""
    return {
        "time": call.stamp(record.time),
        "product": MODE_NAMES[record.product],
        "asset": record.asset,
        "principal": format_amount(record.principal),
        "interest": format_amount(record.interest),
        "value": format_amount(record.value),
    }
