"""Answers about order lists: when placed, cancelled, asked for; spot's and margin's (api-surface §4, §5.2)."""

from collections.abc import Iterable
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.cancel_ids import made_id
from leverline.api.order_answers import margin_list_cancelled, margin_list_placed, spot_cancelled, spot_placed
from leverline.api.order_lookup import ended_orders
from leverline.api.order_placed import listed_order
from leverline.api.order_words import RESULT
from leverline.engine.commit import Commit
from leverline.history.order_lists import ListRecord
from leverline.history.orders import OrderRecord
from leverline.kernel.decimals import format_amount
from leverline.market.events import ListEnded, ListPlaced
from leverline.market.terms import CAUSE_USER

EXECUTING: Final = "EXECUTING"
EXEC_STARTED: Final = "EXEC_STARTED"
ALL_DONE: Final = "ALL_DONE"


def contingency(record: ListRecord) -> str:
    """Return the word for how the orders of a list depend on each other: by how it begins."""
    return "OTO" if record.has_working_order else "OCO"


def shown_list_id(record: ListRecord) -> str:
    """Return a list's client id; one that nobody gave any gets a word and its number."""
    return record.client_id or f"list-{record.list_id}"


def shown_order_id(order_id: int, client_id: str) -> str:
    """Return the client id of an order as its list names it."""
    return client_id or f"order-{order_id}"


def list_status(call: Call, list_id: int, time: int) -> dict[str, Any]:
    """Return what the answer about one order of a list says of the list."""
    record = call.services.history.order_lists.by_id[list_id]
    shown = shown_list(call, record, record.is_done, time, None)
    return {name: value for name, value in shown.items() if name not in ("listStatusType", "transactionTime")}


def shown_list(call: Call, record: ListRecord, is_done: bool, time: int, is_isolated: bool | None) -> dict[str, Any]:
    """Return what every answer about a list begins with; `is_isolated` stands in margin's."""
    answer: dict[str, Any] = {
        "orderListId": record.list_id,
        "contingencyType": contingency(record),
        "listStatusType": ALL_DONE if is_done else EXEC_STARTED,
        "listOrderStatus": ALL_DONE if is_done else EXECUTING,
        "listClientOrderId": shown_list_id(record),
        "transactionTime": call.stamp(time),
        "symbol": record.pair,
    }
    if is_isolated is not None:
        answer["isIsolated"] = is_isolated
    answer["orders"] = [
        {
            "symbol": record.pair,
            "orderId": each.order_id,
            "clientOrderId": shown_order_id(each.order_id, each.client_id),
        }
        for each in record.orders
    ]
    return answer


def queried_list(call: Call, record: ListRecord, is_isolated: bool | None = None) -> dict[str, Any]:
    """Return a list as queries show it."""
    return shown_list(call, record, record.is_done, record.time, is_isolated)


def list_placed(call: Call, commit: Commit, is_isolated: bool | None = None) -> dict[str, Any]:
    """Return the answer to a new list as its commit left it."""
    placed = next(each for each in commit.events if isinstance(each, ListPlaced) and each.user_id == call.user_id)
    record = call.services.history.order_lists.get(placed.list_id)
    assert record is not None, placed.list_id
    is_done = any(isinstance(each, ListEnded) and each.list_id == placed.list_id for each in commit.events)
    answer = shown_list(call, record, is_done, commit.time, is_isolated)
    orders = [listed_order(commit, order_id, call.pair()) for order_id in placed.order_ids]
    response = call["newOrderRespType"] or RESULT
    if is_isolated is None:
        answer["orderReports"] = [spot_placed(call, each, response) for each in orders]
        return answer
    loan = next((each.order for each in orders if each.order.loan and not record.has_working_order), None)
    if loan is not None:
        answer["marginBuyBorrowAmount"] = format_amount(loan.loan)
        answer["marginBuyBorrowAsset"] = loan.loan_asset
    answer["orderReports"] = [margin_list_placed(call, each, response) for each in orders]
    return answer


def list_cancelled(
    call: Call, commit: Commit, list_id: int = 0, is_isolated: bool | None = None
) -> dict[str, Any]:  # fmt: skip
    """Return the answer to the cancel of a list: of the one with this id, or of the only one that was cancelled."""
    list_id = list_id or cancelled_list_id(call, commit)
    record = call.services.history.order_lists.get(list_id)
    assert record is not None, list_id
    answer = shown_list(call, record, True, commit.time, is_isolated)
    given = call.values.get("newClientOrderId")
    orders = [each for each in ended_orders(call, commit, CAUSE_USER) if each.list_id == list_id]
    orders.sort(key=lambda order: order.order_id)
    reports = []
    for order in orders:
        new_id = given or made_id(commit, order.order_id)
        is_spot = is_isolated is None
        reports.append(
            spot_cancelled(call, order, new_id, commit.time) if is_spot else margin_list_cancelled(call, order, new_id)
        )
    answer["orderReports"] = reports
    return answer


def cancelled_list_id(call: Call, commit: Commit) -> int:
    """Return the list of the orders that a commit cancelled for the user who calls, 0 if they are of none."""
    return next((each.list_id for each in ended_orders(call, commit, CAUSE_USER) if each.list_id), 0)


def once_each(orders: Iterable[OrderRecord]) -> list[OrderRecord]:
    """Return orders in their order, but of each list only the first one."""
    seen: set[int] = set()
    found: list[OrderRecord] = []
    for order in orders:
        if order.list_id not in seen:
            found.append(order)
        if order.list_id:
            seen.add(order.list_id)
    return found
