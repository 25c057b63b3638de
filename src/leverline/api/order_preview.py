"""What an order would do, in the words of the wire."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.errors import WireError, named_error
from leverline.api.loan_warning import check_warning
from leverline.api.margin.terms_of_loan import shown_rate
from leverline.api.margin.words import shown_level, shown_ratio
from leverline.api.order_words import EXPIRY_REASONS, side_word
from leverline.engine.commands import PlaceOrder
from leverline.engine.preview import AssetTerms, Due, Preview, Standing, preview
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import BOOK_PER_INDEX, UNIT, div_down, div_up, mul_div_down
from leverline.margin.account import MODE_NAMES, PRO, STATUS_NAMES
from leverline.market.terms import ORDER_STATUS_NAMES, ORDER_TYPE_NAMES

LOAN_WARNING: Final = "the warning of the risk of loans has not been acknowledged"


def preview_or_error(call: Call, command: PlaceOrder) -> tuple[Preview, WireError | None, str]:
    """Return the preview of an order and, if it would be refused, the error with the words that explain it."""
    seen = preview(call.core, command)
    try:
        check_warning(command, call.services.identity)
    except WireError as error:
        return seen, error, LOAN_WARNING
    if seen.refused is None:
        return seen, None, ""
    return seen, named_error(seen.refused.refusal), seen.refused.detail


def shown_preview(call: Call, command: PlaceOrder) -> dict[str, Any]:
    """Return what an order would do; refused, why, and how its account stands."""
    seen, error, words = preview_or_error(call, command)
    shown: dict[str, Any] = {
        "symbol": command.pair,
        "side": side_word(command.is_buy),
        "type": ORDER_TYPE_NAMES[command.order_type],
        "isAccepted": error is None,
        "refusal": None if error is None else {**error.body(), "detail": words},
        "before": None if seen.before is None else standing_row(seen.before),
    }
    if error is None:
        shown |= {"after": None if seen.after is None else after_row(seen.after)} | acts_row(seen)
    return shown


def acts_row(seen: Preview) -> dict[str, Any]:
    """Return what the order itself does."""
    interest = seen.interest
    return {
        "status": ORDER_STATUS_NAMES[seen.status],
        "expiryReason": EXPIRY_REASONS.get(seen.cause, ""),
        "executedQty": format_amount(seen.executed),
        "cummulativeQuoteQty": format_amount(seen.executed_quote),
        "avgPrice": format_amount(average_price(seen)),
        "worstPrice": format_amount(seen.worst_fill),
        "fills": seen.fills,
        "remainingQty": format_amount(seen.rest),
        "preventedOrders": seen.prevented,
        "borrow": {"asset": seen.given, "amount": format_amount(seen.loan)},
        "interest": None if interest is None else {
            "asset": interest.paid_asset, "amount": format_amount(interest.amount),
            "hourlyRate": shown_rate(interest.rate_hourly),
        },
        "locked": {
            "asset": seen.given, "amount": format_amount(seen.locked), "remaining": format_amount(seen.left_locked),
        },
        "commission": [
            {"asset": asset, "amount": format_amount(amount)} for asset, amount in seen.commissions.items()
        ],
        "remainingCommission": {"maker": due_row(seen.rest_as_maker), "taker": due_row(seen.rest_as_taker)},
        "repay": {
            "principal": format_amount(seen.repaid_principal), "interest": format_amount(seen.repaid_interest),
        },
    }  # fmt: skip


def average_price(seen: Preview) -> int:
    """Return the average price of the fills, 0 without any."""
    return mul_div_down(seen.executed_quote, UNIT, seen.executed) if seen.executed else 0


def due_row(due: Due | None) -> dict[str, str] | None:
    """Return a commission yet to be paid."""
    return None if due is None else {"asset": due.asset, "amount": format_amount(due.amount)}


def standing_row(standing: Standing) -> dict[str, Any]:
    """Return how a margin account stands; values in USDT, margins in Pro alone."""
    view = standing.valuation
    row: dict[str, Any] = {
        "mode": MODE_NAMES[standing.mode],
        "marginLevel": shown_level(view.level, standing.is_indebted),
        "collateralMarginLevel": shown_level(view.collateral_level, standing.is_indebted),
        "marginLevelStatus": STATUS_NAMES[standing.status],
        "totalAssetInUSDT": format_amount(view.assets),
        "totalLiabilityInUSDT": format_amount(view.liabilities),
        "TotalCollateralValueInUSDT": format_amount(view.collateral),
    }
    if standing.mode == PRO:
        row |= {
            "initialMargin": format_amount(view.initial_margin),
            "maintenanceMargin": format_amount(view.maintenance_margin),
            "availableMargin": format_amount(view.available_margin),
            "openOrderLoss": format_amount(view.order_loss),
        }
    return row


def after_row(standing: Standing) -> dict[str, Any]:
    """Return how a margin account would stand, with its prices and what it could then borrow."""
    row = standing_row(standing) | {"assets": [asset_row(each) for each in standing.terms]}
    if standing.call_price is not None or standing.liquidation_price is not None:
        row["marginCallPrice"] = isolated_price(standing.call_price, standing.is_long)
        row["liquidatePrice"] = isolated_price(standing.liquidation_price, standing.is_long)
    return row


def asset_row(asset: AssetTerms) -> dict[str, Any]:
    """Return what one asset means for the account; index prices in USDT, null where none does it."""
    return {
        "asset": asset.asset,
        "marginCallIndexPrice": index_price(asset.margin_call_price),
        "liquidateIndexPrice": index_price(asset.liquidation_price),
        "maxBorrowable": format_amount(asset.max_borrowable),
    }


def index_price(price: int | None) -> str | None:
    """Return an index price with eight decimals."""
    return None if price is None else shown_ratio(price)


def isolated_price(price: int | None, is_long: bool) -> str | None:
    """Return a price of an isolated pair, rounded away from safety as on the account's own page."""
    if price is None:
        return None
    return format_amount(div_down(price, BOOK_PER_INDEX) if is_long else div_up(price, BOOK_PER_INDEX))
