"""Finding an order list of a wallet by its id or client id, and the parameters that name it."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.errors import WireError, one_of_two
from leverline.api.parameters import client_id, number, optional
from leverline.api.time_window import WINDOW, within_day
from leverline.history.order_lists import ListRecord

LIST_NAMED: Final = (optional("orderListId", number), optional("listClientOrderId", client_id))
"""Parameters that name a list to be cancelled."""
LIST_ASKED: Final = (optional("orderListId", number), optional("origClientOrderId", client_id))
"""Parameters that name a list that is asked for."""
LISTS_ASKED: Final = (optional("fromId", number), *WINDOW)
"""Parameters that pick lists of the past."""


def named_list(values: dict[str, Any], client_name: str = "listClientOrderId") -> tuple[int, str]:
    """Return the list id, 0 if none was sent, and the client id, empty if none was; raises -1102 without both."""
    list_id, text = values["orderListId"], values[client_name]
    if list_id is None and text is None:
        raise one_of_two("orderListId", client_name)
    return list_id or 0, text or ""


async def find_list(call: Call, wallet_id: int) -> ListRecord:
    """Return the list of a wallet that a call names; given both names, it bears both. Raises -2013 if there is none."""
    list_id, text = named_list(call.values, "origClientOrderId")
    lists = call.services.past.order_lists
    found = await lists.get(wallet_id, list_id) if list_id else await lists.by_client_id(wallet_id, text)
    if found is None or found.wallet_id != wallet_id or (text and found.client_id != text):
        raise WireError(-2013, "Order does not exist.")
    return found


async def past_lists(call: Call, wallet_id: int, pair: str = "") -> list[ListRecord]:
    """Return lists of a wallet: from an id on, within a window of a day, or the newest. Raises -1128 for both."""
    since, until = within_day(call)
    if call["fromId"] is not None and (call["startTime"] is not None or call["endTime"] is not None):
        raise WireError(-1128, "Combination of optional parameters invalid.")
    lists = call.services.past.order_lists
    return await lists.all_of(wallet_id, pair, call["fromId"], since, until, call["limit"])
