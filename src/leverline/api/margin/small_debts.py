"""Small debts of the cross account, paid in USDT (rule 13.3)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.windows import PAGE_MAX, SIZE_MAX, SPAN_MAX, span_of
from leverline.api.margin.words import account_at, wallet_id_at
from leverline.api.order_answers import shown_number
from leverline.api.parameters import Parameter, required, symbol, texts_of, whole
from leverline.api.time_window import WINDOW
from leverline.engine.commands import ExchangeSmallDebts
from leverline.history.conversions import DebtExchangeRecord
from leverline.history.pages import Window
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import CROSS
from leverline.margin.small_debts import SmallDebt
from leverline.market.index_board import USDT

table = Table()

CROSS_PLACE: Final = (CROSS, "")
BUSINESS: Final = "EXCHANGE_SMALL_LIABILITY"
ASSETS_MAX: Final = 100
"""Names that are read at all; how many debts an exchange takes is a rule."""


@table.add(
    "GET", "/sapi/v1/margin/exchange-small-liability", security=Security.USER_DATA, weight=100, tag="Margin trading"
)  # fmt: skip
def small_debts(call: Call) -> list[dict[str, Any]]:
    """Return the debts of the cross account that may be exchanged, and what they cost at this moment."""
    account = account_at(call, CROSS_PLACE)
    return [small_debt_row(each) for each in call.core.small_debts.listed(account)]


def small_debt_row(debt: SmallDebt) -> dict[str, Any]:
    """Return one small debt."""
    return {
        "asset": debt.holding.asset,
        "interest": format_amount(debt.holding.interest),
        "principal": format_amount(debt.holding.principal),
        "liabilityAsset": USDT,
        "liabilityQty": shown_number(debt.cost),
    }


@table.add(
    "POST", "/sapi/v1/margin/exchange-small-liability",
    Parameter("assetNames", texts_of(symbol, ASSETS_MAX), is_mandatory=True, is_list=True),
    security=Security.MARGIN, weight=3_000, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
async def exchange(call: Call) -> dict[str, Any]:
    """Pay the small debts named with free USDT: all of them or none. One that is named twice counts once."""
    await call.send(ExchangeSmallDebts(call.user_id, list(dict.fromkeys(call["assetNames"]))))
    return {}


@table.add(
    "GET", "/sapi/v1/margin/exchange-small-liability-history",
    required("current", whole(1, PAGE_MAX)), required("size", whole(1, SIZE_MAX, is_cut=True)), *WINDOW,
    security=Security.USER_DATA, weight=100, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
async def exchange_history(call: Call) -> dict[str, Any]:
    """Return debts that were exchanged, newest first, of the last 30 days by default."""
    window = Window(*span_of(call, SPAN_MAX, SPAN_MAX), call["current"], call["size"])
    page = await call.services.past.conversions.exchanges_of(wallet_id_at(call, CROSS_PLACE), window)
    return {"total": page.total, "rows": [exchange_row(call, each) for each in page.rows]}


def exchange_row(call: Call, record: DebtExchangeRecord) -> dict[str, Any]:
    """Return one debt that was exchanged."""
    return {
        "asset": record.asset,
        "amount": format_amount(record.amount),
        "targetAsset": record.paid_asset,
        "targetAmount": format_amount(record.paid),
        "bizType": BUSINESS,
        "timestamp": call.stamp(record.time),
    }
