"""Sending order lists and their cancels, on spot and margin alike."""

from typing import Any

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.order_list_answers import list_cancelled, list_placed
from leverline.api.order_list_lookup import named_list
from leverline.api.order_sending import cancel_submission, order_headers, order_submission
from leverline.api.submission import Submission
from leverline.engine.commands import CancelOrderList, PlaceOrderList
from leverline.engine.commit import Commit


def list_submission(call: Call, command: PlaceOrderList, is_isolated: bool | None = None) -> Submission:
    """Return the submission of a new list; `is_isolated` stands in margin's answers."""

    def answer(commit: Commit) -> Answer:
        return Answer(list_placed(call, commit, is_isolated), headers=order_headers(call))

    return order_submission(call, command, answer, len(command.orders))


def list_cancel(call: Call, kind: int, is_isolated: bool | None = None) -> Submission:
    """Return the submission of the cancel of the list that a call names, of a wallet of `kind`."""
    command = CancelOrderList(call.user_id, kind, call.pair().symbol, *named_list(call.values))

    def answer(commit: Commit) -> dict[str, Any]:
        return list_cancelled(call, commit, is_isolated=is_isolated)

    return cancel_submission(call, command, call["newClientOrderId"], answer)
