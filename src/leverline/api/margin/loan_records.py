"""Records of loans, repayments and interest, and the history of rates (rules 3.4, 3.6)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import invalid
from leverline.api.margin.loans import BORROW, LOAN_TYPE
from leverline.api.margin.terms_of_loan import HOURS_OF_DAY, VIP_LEVEL, shown_rate
from leverline.api.margin.windows import PAGED, SPAN_MAX, paged_window, span_of
from leverline.api.margin.words import (
    ASSET,
    ASSET_REQUIRED,
    ISOLATED_SYMBOL,
    place_of_symbol,
    vip_level_of,
    wallet_id_at,
)
from leverline.api.parameters import number, optional
from leverline.api.time_window import WINDOW
from leverline.history.interest import InterestRecord
from leverline.history.loans import MANUAL, LoanRecord
from leverline.history.pages import Page
from leverline.kernel.decimals import format_amount
from leverline.lending.events import INTEREST_TYPE_NAMES
from leverline.rulebook.interest import vip_rate

table = Table()

CONFIRMED: Final = "CONFIRMED"
"""What the venue has a record of has happened."""


@table.add(
    "GET", "/sapi/v1/margin/borrow-repay", LOAN_TYPE, ASSET, ISOLATED_SYMBOL, optional("txId", number), *PAGED,
    security=Security.USER_DATA, weight=10, tag="Margin loans",
)  # fmt: skip
async def borrow_repay_records(call: Call) -> dict[str, Any]:
    """Return loans or repayments, newest first: one transaction, or those within a window."""
    place = place_of_symbol(call)
    page = await loan_page(call, place, call["type"] == BORROW)
    return {"rows": [loan_row(call, each, place[1]) for each in page.rows], "total": page.total}


async def loan_page(call: Call, place: tuple[int, str], is_borrow: bool) -> Page[LoanRecord]:
    """Return a page of an account's loans or repayments."""
    loans = call.services.past.loans
    wallet_id = wallet_id_at(call, place)
    asset = "" if call["asset"] is None else call.asset().symbol
    if call["txId"] is None:
        return await loans.page(wallet_id, is_borrow, paged_window(call), asset)
    found = await loans.by_tran_id(wallet_id, is_borrow, call["txId"])
    return Page(found[::-1], len(found))


def loan_row(call: Call, record: LoanRecord, pair: str) -> dict[str, Any]:
    """Return one loan or repayment; the pair stands with isolated accounts only."""
    row: dict[str, Any] = {"type": "MANUAL" if record.kind == MANUAL else "AUTO"}
    if pair:
        row["isolatedSymbol"] = pair
    return row | loan_figures(call, record)


def loan_figures(call: Call, record: LoanRecord) -> dict[str, Any]:
    """Return what every answer says of a loan or repayment."""
    return {
        "amount": format_amount(record.amount),
        "asset": record.asset,
        "interest": format_amount(record.interest),
        "principal": format_amount(record.principal),
        "status": CONFIRMED,
        "timestamp": call.stamp(record.time),
        "txId": record.tran_id,
    }


@table.add(
    "GET", "/sapi/v1/margin/interestHistory", ASSET, ISOLATED_SYMBOL, *PAGED,
    security=Security.USER_DATA, weight=1, tag="Margin loans",
)  # fmt: skip
async def interest_history(call: Call) -> dict[str, Any]:
    """Return charges of interest, newest first; 30 days at most."""
    place = place_of_symbol(call)
    asset = "" if call["asset"] is None else call.asset().symbol
    page = await call.services.past.interest.page(wallet_id_at(call, place), paged_window(call), asset)
    return {"rows": [interest_row(call, each, place[1]) for each in page.rows], "total": page.total}


def interest_row(call: Call, record: InterestRecord, pair: str) -> dict[str, Any]:
    """Return one charge: the asset it is owed in, and with cross accounts that of the loan; its daily rate."""
    row: dict[str, Any] = {
        "txId": record.interest_id,
        "interestAccuredTime": call.stamp(record.time),
        "asset": record.paid_asset,
    }
    if not pair:
        row["rawAsset"] = record.asset
    row |= {
        "principal": format_amount(record.principal),
        "interest": format_amount(record.amount),
        "interestRate": shown_rate(record.rate_hourly * HOURS_OF_DAY),
        "type": INTEREST_TYPE_NAMES[record.kind],
    }
    if pair:
        row["isolatedSymbol"] = pair
    return row


@table.add(
    "GET", "/sapi/v1/margin/interestRateHistory", ASSET_REQUIRED, VIP_LEVEL, *WINDOW,
    security=Security.USER_DATA, weight=1, tag="Margin loans",
)  # fmt: skip
async def interest_rate_history(call: Call) -> list[dict[str, Any]]:
    """Return an asset's rates of past hours as daily rates at a VIP level, newest first; a month at most."""
    asset = call.asset()
    if not asset.parameters.is_borrowable:
        raise invalid("asset")
    level = vip_level_of(call)
    discount = call.core.parameters.vip_levels[level].interest_discount
    since, until = span_of(call, SPAN_MAX)
    found = await call.services.past.rates.within(asset.symbol, since, until)
    return [
        {
            "asset": asset.symbol,
            "dailyInterestRate": shown_rate(vip_rate(point.rate_hourly, discount) * HOURS_OF_DAY),
            "timestamp": call.stamp(point.time),
            "vipLevel": level,
        }
        for point in found
    ]
