"""Routes removed elsewhere that old bots still call; each does what its successor does and weighs as much (§3.8)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import invalid, named_error
from leverline.api.margin.catalogue import id_of, margin_asset, pair_row
from leverline.api.margin.loan_records import CONFIRMED, loan_figures, loan_page
from leverline.api.margin.loans import lend
from leverline.api.margin.records import WALLET_WORDS
from leverline.api.margin.windows import PAGED, paged_window
from leverline.api.margin.words import (
    ASSET,
    ASSET_REQUIRED,
    IS_ISOLATED,
    ISOLATED_SYMBOL,
    SYMBOL,
    SYMBOL_REQUIRED,
    place_of_symbol,
    wallet_id_at,
    word_in_any_case,
)
from leverline.api.parameters import amount, number, optional, required, symbol
from leverline.api.time_window import WINDOW
from leverline.api.wallet.dust import ASSETS, CONVERT_WEIGHT, convert_of, convertible_of, dust_log_of
from leverline.api.wallet.transfers import move
from leverline.engine.commands import OpenMarginAccount
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.rulebook.refusals import Refusal

table = Table()
TAG: Final = "Removed"

AMOUNT: Final = required("amount", amount)
DIRECTIONS: Final = {1: (SPOT, CROSS), 2: (CROSS, SPOT)}
ISOLATED_WORDS: Final = word_in_any_case("SPOT", "ISOLATED_MARGIN")
LOAN_WEIGHT: Final = 1_500
TRANSFER_WEIGHT: Final = 300
RECORDS: Final = (ASSET_REQUIRED, ISOLATED_SYMBOL, optional("txId", number), *PAGED)


@table.add(
    "POST", "/sapi/v1/margin/transfer", ASSET_REQUIRED, AMOUNT, required("type", number),
    security=Security.MARGIN, weight=TRANSFER_WEIGHT, budget=Budget.SAPI_UID, tag=TAG,
)  # fmt: skip
async def cross_transfer(call: Call) -> dict[str, int]:
    """Transfer between spot and cross: 1 is in, 2 is out."""
    if call["type"] not in DIRECTIONS:
        raise invalid("type")
    return await move(call, *DIRECTIONS[call["type"]])


@table.add(
    "POST", "/sapi/v1/margin/isolated/transfer", ASSET_REQUIRED, SYMBOL_REQUIRED, AMOUNT,
    required("transFrom", ISOLATED_WORDS), required("transTo", ISOLATED_WORDS),
    security=Security.MARGIN, weight=TRANSFER_WEIGHT, budget=Budget.SAPI_UID, tag=TAG,
)  # fmt: skip
async def isolated_transfer(call: Call) -> dict[str, int]:
    """Transfer between spot and a pair's account."""
    pair = call.pair().symbol
    if call["transFrom"] == call["transTo"]:
        raise invalid("transTo")
    if call["transFrom"] == "SPOT":
        return await move(call, SPOT, ISOLATED, target_pair=pair)
    return await move(call, ISOLATED, SPOT, source_pair=pair)


@table.add(
    "POST", "/sapi/v1/margin/loan", ASSET_REQUIRED, IS_ISOLATED, SYMBOL, AMOUNT,
    security=Security.MARGIN, weight=LOAN_WEIGHT, budget=Budget.SAPI_UID, tag=TAG,
)  # fmt: skip
async def borrow(call: Call) -> dict[str, int]:
    """Borrow."""
    return await lend(call, is_loan=True)


@table.add(
    "POST", "/sapi/v1/margin/repay", ASSET_REQUIRED, IS_ISOLATED, SYMBOL, AMOUNT,
    security=Security.MARGIN, weight=LOAN_WEIGHT, budget=Budget.SAPI_UID, tag=TAG,
)  # fmt: skip
async def repay(call: Call) -> dict[str, int]:
    """Repay."""
    return await lend(call, is_loan=False)


@table.add("GET", "/sapi/v1/margin/loan", *RECORDS, security=Security.USER_DATA, weight=10, tag=TAG)
async def loans(call: Call) -> dict[str, Any]:
    """Return loans, newest first."""
    place = place_of_symbol(call)
    page = await loan_page(call, place, is_borrow=True)
    rows = [
        {
            "isolatedSymbol": place[1],
            "txId": record.tran_id,
            "asset": record.asset,
            "principal": format_amount(record.principal),
            "timestamp": call.stamp(record.time),
            "status": CONFIRMED,
        }
        for record in page.rows
    ]
    return {"rows": rows, "total": page.total}


@table.add("GET", "/sapi/v1/margin/repay", *RECORDS, security=Security.USER_DATA, weight=10, tag=TAG)
async def repayments(call: Call) -> dict[str, Any]:
    """Return repayments, newest first."""
    place = place_of_symbol(call)
    page = await loan_page(call, place, is_borrow=False)
    rows = [{"isolatedSymbol": place[1], **loan_figures(call, record)} for record in page.rows]
    return {"rows": rows, "total": page.total}


@table.add(
    "GET", "/sapi/v1/margin/isolated/transfer", ASSET, SYMBOL_REQUIRED, *PAGED, security=Security.USER_DATA, tag=TAG
)
async def isolated_transfers(call: Call) -> dict[str, Any]:
    """Return transfers into and out of a pair's account, newest first."""
    wallet_id = wallet_id_at(call, (ISOLATED, call.pair().symbol))
    asset = "" if call["asset"] is None else call.asset().symbol
    page = await call.services.past.transfers.of_wallet(wallet_id, paged_window(call), None, asset)
    rows = [
        {
            "amount": format_amount(record.amount),
            "asset": record.asset,
            "status": CONFIRMED,
            "timestamp": call.stamp(record.time),
            "txId": record.tran_id,
            "transFrom": WALLET_WORDS[record.source_kind],
            "transTo": WALLET_WORDS[record.target_kind],
        }
        for record in page.rows
    ]
    return {"rows": rows, "total": page.total}


@table.add("GET", "/sapi/v1/margin/asset", ASSET_REQUIRED, tag=TAG)
def one_asset(call: Call) -> dict[str, Any]:
    """Return one asset of margin trading."""
    return margin_asset(call, call.asset())


@table.add("GET", "/sapi/v1/margin/pair", SYMBOL_REQUIRED, tag=TAG)
def cross_pair(call: Call) -> dict[str, Any]:
    """Return one pair of cross margin."""
    pair = call.pair()
    if not pair.parameters.is_cross:
        raise named_error(Refusal.NOT_VALID_MARGIN_PAIR)
    return {"id": id_of(pair), **pair_row(call, pair)}


@table.add("GET", "/sapi/v1/margin/isolated/pair", SYMBOL_REQUIRED, security=Security.USER_DATA, weight=10, tag=TAG)
def isolated_pair(call: Call) -> dict[str, Any]:
    """Return one pair of isolated margin."""
    pair = call.pair()
    if not pair.parameters.is_isolated:
        raise named_error(Refusal.NOT_VALID_MARGIN_PAIR)
    return pair_row(call, pair)


@table.add(
    "POST", "/sapi/v1/margin/isolated/create", required("base", symbol), required("quote", symbol),
    security=Security.TRADE, tag=TAG,
)  # fmt: skip
async def create_isolated(call: Call) -> dict[str, Any]:
    """Open the isolated account of a pair; its successor is the first transfer."""
    pair = call["base"] + call["quote"]
    if pair not in call.core.exchange.pairs:
        raise named_error(Refusal.UNKNOWN_PAIR)
    await call.send(OpenMarginAccount(call.user_id, ISOLATED, pair))
    return {"success": True, "symbol": pair}


@table.add("GET", "/sapi/v1/margin/dribblet", *WINDOW, security=Security.USER_DATA, tag=TAG)
async def dust_log(call: Call) -> dict[str, Any]:
    """Return conversions of small balances of the cross account, newest first."""
    return await dust_log_of(call, CROSS)


@table.add("GET", "/sapi/v1/margin/dust", security=Security.USER_DATA, tag=TAG)
def dust(call: Call) -> dict[str, Any]:
    """Return small balances of the cross account that may be converted."""
    return convertible_of(call, CROSS)


@table.add(
    "POST", "/sapi/v1/margin/dust", ASSETS,
    security=Security.TRADE, weight=CONVERT_WEIGHT, budget=Budget.SAPI_UID, tag=TAG,
)  # fmt: skip
async def convert_dust(call: Call) -> dict[str, Any]:
    """Give small balances of the cross account for BNB."""
    return await convert_of(call, CROSS)
