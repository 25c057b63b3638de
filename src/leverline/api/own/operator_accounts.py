"""A margin account as operators look into it: open orders, standing, flows; and the newest liquidations of all."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import named_error
from leverline.api.margin.records import flow_row
from leverline.api.margin.windows import PAGED, paged_window
from leverline.api.order_answers import shown_quantity
from leverline.api.order_words import side_word
from leverline.api.own.liquidation_cases import case_row
from leverline.api.own.operator_commands import subject
from leverline.api.own.operator_control import SYMBOL
from leverline.api.own.operator_risk import permit
from leverline.api.own.records import standing_row
from leverline.api.own.words import LIMIT, USER_ID
from leverline.history.orders import OrderRecord
from leverline.identity.audit import Act
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.margin.account import MarginAccount
from leverline.market.terms import ORDER_STATUS_NAMES, ORDER_TYPE_NAMES
from leverline.rulebook.refusals import Refusal

table = Table()
TAG: Final = "Operators: books"
OPERATOR: Final = Security.OPERATOR


async def account_at(call: Call, what: str) -> MarginAccount:
    """Return the cross account of a user, or the isolated one of a pair, and write down that it was looked at.

    Raises OPERATOR_REQUIRED, UNKNOWN_USER, -3003.
    """
    await permit(call)
    user_id = await subject(call)
    pair = "" if call["symbol"] is None else call.pair().symbol
    known = call.core.users.get(user_id)
    found = None if known is None else known.margin_account(ISOLATED if pair else CROSS, pair)
    if found is None:
        raise named_error(Refusal.NO_MARGIN_ACCOUNT)
    words = f"looked at {what}{pair or 'cross'}"
    await call.services.identity.operators.note(call.user_id, Act.READ_USER, user_id, words)
    return found


@table.add("GET", "/operator/v1/account/orders", USER_ID, SYMBOL, security=OPERATOR, tag=TAG)
async def orders(call: Call) -> list[dict[str, Any]]:
    """Return the open orders of a user's cross account, or of the isolated one of a pair, oldest first."""
    account = await account_at(call, "orders of ")
    return [order_row(call, each) for each in call.services.history.orders.open_of(account.wallet_id)]


def order_row(call: Call, order: OrderRecord) -> dict[str, Any]:
    """Return one open order."""
    return {
        "orderId": order.order_id,
        "symbol": order.pair,
        "side": side_word(order.is_buy),
        "type": ORDER_TYPE_NAMES[order.kind],
        "status": ORDER_STATUS_NAMES[order.status],
        "price": format_amount(order.price),
        "stopPrice": format_amount(order.stop_price),
        "quantity": shown_quantity(order),
        "executed": format_amount(order.executed),
        "isLiquidation": order.is_liquidation,
        "time": call.stamp(order.time),
    }


@table.add("GET", "/operator/v1/account/history", USER_ID, SYMBOL, *PAGED, security=OPERATOR, tag=TAG)
async def history(call: Call) -> dict[str, Any]:
    """Return how an account stood: opened, another mode or band, called, each with its level; newest first."""
    account = await account_at(call, "history of ")
    page = await call.services.past.standing.page(account.wallet_id, paged_window(call))
    return {"rows": [standing_row(call, each) for each in page.rows], "total": page.total}


@table.add("GET", "/operator/v1/account/flows", USER_ID, SYMBOL, LIMIT, security=OPERATOR, tag=TAG)
async def flows(call: Call) -> list[dict[str, Any]]:
    """Return what came into and went out of an account, newest first: trades, commissions, loans, transfers, fees."""
    account = await account_at(call, "flows of ")
    found = await call.services.past.flows.of(account.wallet_id, limit=call["limit"])
    return [flow_row(call, each) for each in reversed(found)]


@table.add("GET", "/operator/v1/liquidation-cases/latest", LIMIT, security=OPERATOR, tag=TAG)
async def latest_cases(call: Call) -> list[dict[str, Any]]:
    """Return the newest liquidations of all accounts, as many as memory holds, newest first."""
    await permit(call)
    found = call.services.history.liquidations.cases.latest(call["limit"])
    return [{"userId": each.user_id, **case_row(call, each)} for each in found]
