"""Order lists of margin accounts: OCO, OTO and OTOCO, with borrowing and repaying side effects (rules 9.2, 9.7)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.order_queries import wallet_of
from leverline.api.margin.orders import order_weight
from leverline.api.margin.windows import LIMIT
from leverline.api.margin.words import IS_ISOLATED, SYMBOL, SYMBOL_REQUIRED, place_of
from leverline.api.old_oco import OLD_PARAMETERS, old_oco_request
from leverline.api.order_list_answers import queried_list
from leverline.api.order_list_lookup import LIST_ASKED, LIST_NAMED, LISTS_ASKED, find_list, past_lists
from leverline.api.order_list_request import (
    LIST_PARAMETERS,
    Owner,
    oto_request,
    otoco_request,
    pair_leg,
    pending_leg,
    working_leg,
)
from leverline.api.order_list_sending import list_cancel, list_submission
from leverline.api.order_request import BORROWING_PARAMETERS
from leverline.api.order_words import side
from leverline.api.parameters import amount, client_id, optional, required, word_of
from leverline.api.submission import Submission
from leverline.history.order_lists import ListRecord
from leverline.market import terms

table = Table()
TAG: Final = "Margin trading"
EFFECTS_OF_OTO: Final = {name: code for code, name in terms.SIDE_EFFECT_NAMES.items() if code != terms.AUTO_REPAY}
EFFECT, REPAID_AT_CANCEL = BORROWING_PARAMETERS
EFFECT_OF_OTO: Final = optional("sideEffectType", word_of(EFFECTS_OF_OTO), terms.NO_SIDE_EFFECT)
WORKING: Final = working_leg(is_spot=False)
PENDING: Final = pending_leg(is_spot=False, is_paid=False)
PENDING_ABOVE: Final = pair_leg("pendingAbove", is_spot=False)
PENDING_BELOW: Final = pair_leg("pendingBelow", is_spot=False, is_needed=False)


def owner_of(call: Call) -> Owner:
    """Return the account that a list is placed from, with its side effect."""
    return Owner(place_of(call)[0], call["sideEffectType"], call["autoRepayAtCancel"])


@table.add(
    "POST", "/sapi/v1/margin/order/oco", *LIST_PARAMETERS, *OLD_PARAMETERS, required("stopPrice", amount), IS_ISOLATED,
    EFFECT, REPAID_AT_CANCEL,
    security=Security.TRADE, weight=order_weight, budget=Budget.SAPI_UID, is_order=True, tag=TAG,
)  # fmt: skip
def place_oco(call: Call) -> Submission:
    """Place an OCO: of two orders the first one to act ends the other."""
    return list_submission(call, old_oco_request(call, owner_of(call)), call["isIsolated"])


@table.add(
    "POST", "/sapi/v1/margin/order/oto", *LIST_PARAMETERS, *WORKING.parameters, *PENDING.parameters, IS_ISOLATED,
    EFFECT_OF_OTO, REPAID_AT_CANCEL,
    security=Security.TRADE, weight=order_weight, budget=Budget.SAPI_UID, is_order=True, tag=TAG,
)  # fmt: skip
def place_oto(call: Call) -> Submission:
    """Place an OTO: a working order that, filled whole, places a pending one."""
    return list_submission(call, oto_request(call, owner_of(call), terms.OTO, WORKING, PENDING), call["isIsolated"])


@table.add(
    "POST", "/sapi/v1/margin/order/otoco", *LIST_PARAMETERS, *WORKING.parameters, required("pendingSide", side),
    required("pendingQuantity", amount), *PENDING_ABOVE.parameters, *PENDING_BELOW.parameters, IS_ISOLATED,
    EFFECT_OF_OTO, REPAID_AT_CANCEL,
    security=Security.TRADE, weight=order_weight, budget=Budget.SAPI_UID, is_order=True, tag=TAG,
)  # fmt: skip
def place_otoco(call: Call) -> Submission:
    """Place an OTOCO: a working order that, filled whole, places an OCO."""
    return list_submission(
        call,
        otoco_request(call, owner_of(call), terms.OTOCO, WORKING, PENDING_ABOVE, PENDING_BELOW),
        call["isIsolated"],
    )


@table.add(
    "DELETE", "/sapi/v1/margin/orderList", SYMBOL_REQUIRED, IS_ISOLATED, *LIST_NAMED,
    optional("newClientOrderId", client_id), security=Security.TRADE, weight=1, budget=Budget.SAPI_UID, tag=TAG,
)  # fmt: skip
def cancel_list(call: Call) -> Submission:
    """Cancel all that is left of an order list."""
    return list_cancel(call, place_of(call)[0], call["isIsolated"])


@table.add(
    "GET", "/sapi/v1/margin/orderList", SYMBOL, IS_ISOLATED, *LIST_ASKED,
    security=Security.USER_DATA, weight=10, tag=TAG,
)  # fmt: skip
async def list_status(call: Call) -> dict[str, Any]:
    """Return one order list."""
    return queried_list(call, await find_list(call, wallet_of(call)), call["isIsolated"])


@table.add(
    "GET", "/sapi/v1/margin/allOrderList", SYMBOL, IS_ISOLATED, *LISTS_ASKED, LIMIT,
    security=Security.USER_DATA, weight=200, tag=TAG,
)  # fmt: skip
async def all_lists(call: Call) -> list[dict[str, Any]]:
    """Return order lists of an account: from an id on, within 24 hours, or the newest."""
    found = await past_lists(call, wallet_of(call), pair_of(call))
    return [queried_list(call, each, call["isIsolated"]) for each in found]


@table.add("GET", "/sapi/v1/margin/openOrderList", SYMBOL, IS_ISOLATED, security=Security.USER_DATA, weight=10, tag=TAG)
def open_lists(call: Call) -> list[dict[str, Any]]:
    """Return the open OCO lists of an account; those that begin with a working order are asked for elsewhere."""
    found = call.services.history.order_lists.open_of(wallet_of(call), pair_of(call))
    return [queried_list(call, each, call["isIsolated"]) for each in found if not each.has_working_order]


@table.add(
    "GET", "/sapi/v1/margin/oto/openOrderList", SYMBOL,
    security=Security.USER_DATA, weight=10, budget=Budget.SAPI_UID, tag=TAG,
)  # fmt: skip
async def open_otos(call: Call) -> list[dict[str, Any]]:
    """Return the open OTO and OTOCO lists of all margin accounts, each order with its status."""
    lists = call.services.history.order_lists
    pair = pair_of(call)
    found = [each for account in call.user.margin_accounts() for each in lists.open_of(account.wallet_id, pair)]
    return [await with_statuses(call, each) for each in found if each.has_working_order]


async def with_statuses(call: Call, record: ListRecord) -> dict[str, Any]:
    """Return an open list with the status of each order."""
    answer = queried_list(call, record)
    for row in answer["orders"]:
        order = await call.services.past.orders.get(record.wallet_id, row["orderId"])
        row["status"] = terms.ORDER_STATUS_NAMES[terms.FILLED if order is None else order.status]
    return answer


def pair_of(call: Call) -> str:
    """Return the pair that a call asks for, empty for all."""
    return "" if call["symbol"] is None else call.pair().symbol
