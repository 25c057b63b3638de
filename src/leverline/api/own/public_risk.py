"""What everybody may watch: index sources, liquidations without a name, and how the insurance fund stands."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.windows import PAGED, SPAN_MAX, paged_window, span_of
from leverline.api.margin.words import ASSET_REQUIRED, shown_ratio
from leverline.api.own.operator_books import product_word
from leverline.api.own.operator_control import PRODUCT_NAMES, index_fields
from leverline.api.time_window import WINDOW
from leverline.history.fund import FundRecord
from leverline.history.liquidations import LiquidationCase
from leverline.history.pages import EVER, Window
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import value_down
from leverline.liquidation.events import END_REASON_NAMES
from leverline.liquidation.fund import FUND_ROW_NAMES
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.market.terms import DELISTED

table = Table()
TAG: Final = "Margin data"
FUND: Final = "/public/v1/insurance-fund"
FUND_TAG: Final = "Insurance fund"
MOVEMENTS_MAX: Final = 1_000
"""Of a line of balances."""


@table.add("GET", "/public/v1/index", ASSET_REQUIRED, security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag=TAG)
def index(call: Call) -> dict[str, Any]:
    """Return the index price of an asset, what each source said last, and its pair with USDT (rule 2)."""
    pair = call.core.exchange.pairs.get(f"{call['asset']}{USDT}")
    is_traded = pair is not None and pair.status != DELISTED
    return {
        **index_fields(call),
        "time": call.stamp(call.core.log.time),
        "symbol": pair.symbol if pair is not None and is_traded else None,
    }


@table.add("GET", "/public/v1/liquidations", *PAGED, security=Security.NONE, weight=20, budget=Budget.SAPI_IP, tag=TAG)
def liquidations(call: Call) -> dict[str, Any]:
    """Return the newest liquidations of all accounts, whoever they are of: what was owed, how it goes or ended."""
    page = call.services.history.liquidations.newest(paged_window(call))
    return {"rows": [liquidation_row(call, each) for each in page.rows], "total": page.total}


def liquidation_row(call: Call, case: LiquidationCase) -> dict[str, Any]:
    """Return one liquidation; nothing of it tells whose it was."""
    return {
        "time": call.stamp(case.time),
        "product": PRODUCT_NAMES[case.mode],
        "symbol": case.pair or None,
        "assets": format_amount(case.assets),
        "liabilities": format_amount(case.liabilities),
        "marginLevel": shown_ratio(case.level),
        "sold": sorted({step.collateral for step in case.steps} | taken_assets(case)),
        "owed": sorted({step.debt for step in case.steps} | taken_debts(case)),
        "steps": len(case.steps),
        "valueRepaid": format_amount(sum(step.value_repaid for step in case.steps)),
        "valueFee": format_amount(sum(step.value_fee for step in case.steps)),
        "isTakenOver": case.takeover is not None,
        "ended": call.stamp(case.ended) if case.ended else None,
        "reason": END_REASON_NAMES[case.reason] if case.ended else None,
    }


def taken_assets(case: LiquidationCase) -> set[str]:
    """Return the assets that a takeover took."""
    return set() if case.takeover is None else {asset for asset, _ in case.takeover.assets}


def taken_debts(case: LiquidationCase) -> set[str]:
    """Return the assets of the debts that a takeover took."""
    return set() if case.takeover is None else {asset for asset, _, _ in case.takeover.debts}


@table.add("GET", f"{FUND}/standing", security=Security.NONE, weight=1, budget=Budget.SAPI_IP, tag=FUND_TAG)
def fund_standing(call: Call) -> dict[str, Any]:
    """Return what the fund is worth in USDT, holds, and has taken in and paid since the venue began, by kind."""
    core = call.core
    kept = core.liquidator.fund
    return {
        "value": format_amount(kept.value()),
        "floor": format_amount(core.parameters.liquidation.fund_floor),
        "isBorrowingStopped": core.desk.is_stopped,
        "holdings": [
            holding_row(core.board.assets[asset], books.fund)
            for asset, books in core.ledger.venue.items()
            if books.fund
        ],
        "totals": [
            {
                "product": product_word(product),
                "kind": FUND_ROW_NAMES[kind],
                "asset": asset,
                "amount": format_amount(total),
            }
            for (product, kind, asset), total in kept.totals.items()
        ],
    }


def holding_row(asset: Asset, amount: int) -> dict[str, str]:
    """Return what the fund holds of an asset; what is stale or delisted counts as nothing, as in its worth."""
    is_worthless = asset.is_stale or asset.is_delisted
    value = 0 if is_worthless else value_down(amount, asset.price)
    return {"asset": asset.symbol, "amount": format_amount(amount), "value": format_amount(value)}


@table.add(
    "GET", f"{FUND}/balances", ASSET_REQUIRED, *WINDOW,
    security=Security.NONE, weight=100, budget=Budget.SAPI_IP, tag=FUND_TAG,
)  # fmt: skip
async def fund_balances(call: Call) -> dict[str, Any]:
    """Return what the fund held of an asset after each movement of a window, oldest first; of the newest thousand."""
    asset = call.asset().symbol
    since, until = span_of(call, SPAN_MAX)
    books = call.core.ledger.venue.get(asset)
    held = 0 if books is None else books.fund
    page = await call.services.past.fund.page(Window(since, EVER, 1, MOVEMENTS_MAX), asset)
    points = balances(page.rows, held)
    return {
        "asset": asset,
        "isWhole": page.total <= MOVEMENTS_MAX,
        "rows": [
            {"time": call.stamp(time), "amount": format_amount(amount)} for time, amount in points if time <= until
        ],
    }  # fmt: skip


def balances(newest_first: list[FundRecord], held: int) -> list[tuple[int, int]]:
    """Return (time, balance after it) of each movement, oldest first, by what is held now."""
    found: list[tuple[int, int]] = []
    for record in newest_first:
        found.append((record.time, held))
        held -= record.amount
    return found[::-1]
