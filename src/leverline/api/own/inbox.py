"""The inbox: what the user was told, read and unread."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Rate, Security, Table
from leverline.api.notice_faults import unavailable
from leverline.api.own.words import ID_MAX, LIST_MAX, number_list
from leverline.api.parameters import optional, truth, whole
from leverline.notices.inbox import Entry
from leverline.notices.notices import Notices

table = Table()
TAG: Final = "Notices"
PAGE: Final = optional("limit", whole(1, 100), 50)
PAGES: Final = Rate(120, 60)
"""Each entry of a page is put into words anew."""


@table.add(
    "GET", "/account/v1/inbox", optional("before", whole(0, ID_MAX), 0), PAGE, optional("isUnread", truth, False),
    security=Security.SESSION, rate=PAGES, tag=TAG,
)  # fmt: skip
async def inbox(call: Call) -> list[dict[str, Any]]:
    """Return the user's notices, newest first: those with ids below `before`, if it is given."""
    entries = await notices_of(call).inbox.page(call.user_id, call["before"], call["limit"], call["isUnread"])
    return [entry_row(call, each) for each in entries]


@table.add("GET", "/account/v1/inbox/unread", security=Security.SESSION, tag=TAG)
async def unread(call: Call) -> dict[str, int]:
    """Return how many notices the user has not read."""
    return {"unread": await notices_of(call).inbox.unread(call.user_id)}


@table.add(
    "POST", "/account/v1/inbox/read", optional("noticeIds", number_list(LIST_MAX)),
    optional("upTo", whole(0, ID_MAX), 0), security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def read(call: Call) -> dict[str, int]:
    """Mark notices as read: those named, or all with ids up to `upTo`. Tells how many were unread."""
    return {"read": await notices_of(call).inbox.read(call.user_id, call["noticeIds"], call["upTo"])}


def notices_of(call: Call) -> Notices:
    """Return the venue's notices."""
    found = call.services.notices
    if found is None:
        raise unavailable()
    assert isinstance(found, Notices), type(found)
    return found


def entry_row(call: Call, entry: Entry) -> dict[str, Any]:
    """Return one notice as it is shown."""
    return {
        "noticeId": entry.notice_id,
        "kind": entry.kind,
        "time": call.stamp(entry.time),
        "title": entry.title,
        "text": entry.text,
        "details": entry.details,
        "isRead": entry.is_read,
    }
