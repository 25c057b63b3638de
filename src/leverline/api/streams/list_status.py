"""What an order list's owner is told: listStatus."""

from typing import Any, Final

from leverline.api.order_list_answers import (
    ALL_DONE,
    EXEC_STARTED,
    EXECUTING,
    contingency,
    shown_list_id,
    shown_order_id,
)
from leverline.api.streams.topic import Build
from leverline.history.order_lists import ADVANCED, DONE, STARTED, UPDATED, ListUpdate

LIST_UPDATED: Final = "UPDATED"
"""The status type of a list of which an order goes by another client id."""
WORDS: Final = {
    STARTED: (EXEC_STARTED, EXECUTING), ADVANCED: (EXEC_STARTED, EXECUTING), DONE: (ALL_DONE, ALL_DONE),
    UPDATED: (LIST_UPDATED, EXECUTING),
}  # fmt: skip
"""What a list's status type and its order status are called."""


def list_status(update: ListUpdate) -> Build:
    """Return how to tell what became of an order list."""
    record = update.record
    status_type, status = WORDS[update.kind]
    orders = [
        {"s": record.pair, "i": each.order_id, "c": shown_order_id(each.order_id, each.client_id)}
        for each in record.orders
    ]

    def build(stamp: Any) -> dict[str, Any]:
        time = stamp(update.time)
        return {
            "e": "listStatus", "E": time, "s": record.pair, "g": record.list_id, "c": contingency(record),
            "l": status_type, "L": status, "r": "NONE", "C": shown_list_id(record), "T": time, "O": orders,
        }  # fmt: skip

    return build
