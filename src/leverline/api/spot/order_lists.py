"""Order lists on spot: placed in every shape, cancelled, asked for."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.old_oco import OLD_SPOT_PARAMETERS, old_oco_request
from leverline.api.order_list_answers import queried_list
from leverline.api.order_list_lookup import LIST_ASKED, LIST_NAMED, LISTS_ASKED, find_list, past_lists
from leverline.api.order_list_request import (
    LIST_PARAMETERS,
    PAIR_PARAMETERS,
    Owner,
    oco_request,
    oto_request,
    otoco_request,
    pair_leg,
    pending_leg,
    working_leg,
)
from leverline.api.order_list_sending import list_cancel, list_submission
from leverline.api.order_words import side
from leverline.api.parameters import amount, client_id, optional, required, symbol
from leverline.api.spot.order_queries import LIMIT
from leverline.api.submission import Submission
from leverline.market.terms import OPO, OPOCO, OTO, OTOCO

table = Table()
TAG: Final = "Trading"
WORKING: Final = working_leg(is_spot=True)
PENDING: Final = pending_leg(is_spot=True, is_paid=False)
PAID: Final = pending_leg(is_spot=True, is_paid=True)
ABOVE, BELOW = pair_leg("above", is_spot=True), pair_leg("below", is_spot=True)
PENDING_ABOVE: Final = pair_leg("pendingAbove", is_spot=True)
PENDING_BELOW: Final = pair_leg("pendingBelow", is_spot=True, is_needed=False)
PENDING_PAIR: Final = (*PENDING_ABOVE.parameters, *PENDING_BELOW.parameters)


@table.add(
    "POST", "/api/v3/order/oco", *LIST_PARAMETERS, *OLD_SPOT_PARAMETERS,
    security=Security.TRADE, ws="orderList.place", is_order=True, tag=TAG,
)  # fmt: skip
def place_old_oco(call: Call) -> Submission:
    """Place an OCO in its old form."""
    return list_submission(call, old_oco_request(call, Owner(call.trading_kind())))


@table.add(
    "POST", "/api/v3/orderList/oco", *LIST_PARAMETERS, *PAIR_PARAMETERS, *ABOVE.parameters, *BELOW.parameters,
    security=Security.TRADE, ws="orderList.place.oco", is_order=True, tag=TAG,
)  # fmt: skip
def place_oco(call: Call) -> Submission:
    """Place an OCO: of two orders the first one to act ends the other."""
    return list_submission(call, oco_request(call, Owner(call.trading_kind()), ABOVE, BELOW))


@table.add(
    "POST", "/api/v3/orderList/oto", *LIST_PARAMETERS, *WORKING.parameters, *PENDING.parameters,
    security=Security.TRADE, ws="orderList.place.oto", is_order=True, tag=TAG,
)  # fmt: skip
def place_oto(call: Call) -> Submission:
    """Place an OTO: a working order that, filled whole, places a pending one."""
    return list_submission(call, oto_request(call, Owner(call.trading_kind()), OTO, WORKING, PENDING))


@table.add(
    "POST", "/api/v3/orderList/otoco", *LIST_PARAMETERS, *WORKING.parameters, required("pendingSide", side),
    required("pendingQuantity", amount), *PENDING_PAIR,
    security=Security.TRADE, ws="orderList.place.otoco", is_order=True, tag=TAG,
)  # fmt: skip
def place_otoco(call: Call) -> Submission:
    """Place an OTOCO: a working order that, filled whole, places an OCO."""
    return list_submission(
        call, otoco_request(call, Owner(call.trading_kind()), OTOCO, WORKING, PENDING_ABOVE, PENDING_BELOW)
    )


@table.add(
    "POST", "/api/v3/orderList/opo", *LIST_PARAMETERS, *WORKING.parameters, *PAID.parameters,
    security=Security.TRADE, ws="orderList.place.opo", is_order=True, tag=TAG,
)  # fmt: skip
def place_opo(call: Call) -> Submission:
    """Place an OPO: an OTO whose pending order sells what the working order has bought."""
    return list_submission(call, oto_request(call, Owner(call.trading_kind()), OPO, WORKING, PAID))


@table.add(
    "POST", "/api/v3/orderList/opoco", *LIST_PARAMETERS, *WORKING.parameters, required("pendingSide", side),
    *PENDING_PAIR, security=Security.TRADE, ws="orderList.place.opoco", is_order=True, tag=TAG,
)  # fmt: skip
def place_opoco(call: Call) -> Submission:
    """Place an OPOCO: an OTOCO whose pending orders sell what the working order has bought."""
    return list_submission(
        call, otoco_request(call, Owner(call.trading_kind()), OPOCO, WORKING, PENDING_ABOVE, PENDING_BELOW)
    )


@table.add(
    "DELETE", "/api/v3/orderList", required("symbol", symbol), *LIST_NAMED, optional("newClientOrderId", client_id),
    security=Security.TRADE, ws="orderList.cancel", is_order=True, tag=TAG,
)  # fmt: skip
def cancel_list(call: Call) -> Submission:
    """Cancel all that is left of an order list."""
    return list_cancel(call, call.trading_kind())


@table.add(
    "GET", "/api/v3/orderList", *LIST_ASKED, security=Security.USER_DATA, weight=4, ws="orderList.status", tag=TAG
)
async def list_status(call: Call) -> dict[str, Any]:
    """Return one order list."""
    return queried_list(call, await find_list(call, call.trading_wallet))


@table.add(
    "GET", "/api/v3/allOrderList", *LISTS_ASKED, LIMIT,
    security=Security.USER_DATA, weight=20, ws="allOrderLists", tag=TAG,
)  # fmt: skip
async def all_lists(call: Call) -> list[dict[str, Any]]:
    """Return order lists: from an id on, within a window of a day, or the newest."""
    return [queried_list(call, each) for each in await past_lists(call, call.trading_wallet)]


@table.add("GET", "/api/v3/openOrderList", security=Security.USER_DATA, weight=6, ws="openOrderLists.status", tag=TAG)
def open_lists(call: Call) -> list[dict[str, Any]]:
    """Return the open order lists."""
    found = call.services.history.order_lists.open_of(call.trading_wallet)
    return [queried_list(call, each) for each in found]
