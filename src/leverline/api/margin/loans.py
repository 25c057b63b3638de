"""Borrowing and repaying, what may be borrowed and transferred out, and what the next hour costs (rules 3, 5, 7, 8)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import mandatory, named_error
from leverline.api.margin.terms_of_loan import shown_rate
from leverline.api.margin.words import (
    ASSET_REQUIRED,
    IS_ISOLATED,
    ISOLATED_SYMBOL,
    SYMBOL,
    account_at,
    place_of,
    place_of_symbol,
    word_in_any_case,
)
from leverline.api.parameters import amount, required, symbol, texts_of, truth
from leverline.engine.commands import Borrow, Command, Repay
from leverline.kernel.decimals import format_amount
from leverline.margin.account import MarginAccount
from leverline.rulebook.interest import vip_rate
from leverline.rulebook.refusals import Refusal

table = Table()

BORROW: Final = "BORROW"
REPAY: Final = "REPAY"
ASSETS_MAX: Final = 20
LOAN_TYPE: Final = required("type", word_in_any_case(BORROW, REPAY))


@table.add(
    "POST", "/sapi/v1/margin/borrow-repay", ASSET_REQUIRED, IS_ISOLATED, SYMBOL, required("amount", amount), LOAN_TYPE,
    security=Security.MARGIN, weight=1_500, budget=Budget.SAPI_UID, tag="Margin loans",
)  # fmt: skip
async def borrow_repay(call: Call) -> dict[str, int]:
    """Borrow, or repay interest first and then principal."""
    return await lend(call, call["type"] == BORROW)


async def lend(call: Call, is_loan: bool) -> dict[str, int]:
    """Borrow or repay what the call names and return the number of the transaction."""
    kind, pair = place_of(call)
    asset = call.asset().symbol
    if call["amount"] <= 0:
        raise mandatory("amount")
    command: Command = (
        Borrow(call.user_id, kind, asset, call["amount"], pair)
        if is_loan
        else Repay(call.user_id, kind, asset, call["amount"], pair)
    )
    commit = await call.send(command)
    return {"tranId": commit.sequence}


@table.add(
    "GET", "/sapi/v1/margin/maxBorrowable", ASSET_REQUIRED, ISOLATED_SYMBOL,
    security=Security.USER_DATA, weight=750, budget=Budget.SAPI_UID, tag="Margin loans",
)  # fmt: skip
def max_borrowable(call: Call) -> dict[str, str]:
    """Return what may be borrowed of an asset now, and the most principal that limits allow (rules 8.1, 8.2)."""
    account, asset = account_and_asset(call)
    limits = call.core.risk.limits
    is_shut = account.is_locked or not account.is_enabled or account.user.is_suspended
    return {
        "amount": format_amount(0 if is_shut else limits.max_borrowable(account, asset)),
        "borrowLimit": format_amount(limits.borrow_ceiling(account, asset)),
    }


@table.add(
    "GET", "/sapi/v1/margin/maxTransferable", ASSET_REQUIRED, ISOLATED_SYMBOL,
    security=Security.USER_DATA, weight=50, tag="Margin transfers",
)  # fmt: skip
def max_transferable(call: Call) -> dict[str, str]:
    """Return what may leave the account of an asset now (rules 5.4, 6.5, 7.5)."""
    account, asset = account_and_asset(call)
    is_shut = account.is_locked or not account.is_enabled or account.user.is_suspended
    return {"amount": format_amount(0 if is_shut else call.core.risk.limits.max_transferable(account, asset))}


def account_and_asset(call: Call) -> tuple[MarginAccount, str]:
    """Return the account that `isolatedSymbol` names and the asset, which must be one of its pair's."""
    account = account_at(call, place_of_symbol(call))
    asset = call.asset()
    pair = account.pair
    if pair is not None and asset is not pair.base and asset is not pair.quote:
        raise named_error(Refusal.NOT_VALID_MARGIN_ASSET)
    return account, asset.symbol


@table.add(
    "GET", "/sapi/v1/margin/next-hourly-interest-rate",
    required("assets", texts_of(symbol, ASSETS_MAX)), required("isIsolated", truth),
    security=Security.USER_DATA, weight=100, tag="Margin loans",
)  # fmt: skip
def next_hourly_rates(call: Call) -> list[dict[str, Any]]:
    """Return the caller's estimated rate of the coming hour, if the pools' use stays as it is (rule 3.4)."""
    core = call.core
    discount = core.parameters.vip_levels[call.user.vip_level].interest_discount
    for asset in call["assets"]:
        if asset not in core.board.assets:
            raise named_error(Refusal.NOT_VALID_MARGIN_ASSET)
    return [
        {
            "asset": asset,
            "nextHourlyInterestRate": shown_rate(
                vip_rate(core.desk.pools[asset].rate_estimate(core.log.time), discount)
            ),
        }
        for asset in call["assets"]
    ]
