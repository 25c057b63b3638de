"""A user's inbox: all his notices, read and unread."""

import json
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select, update

from leverline.notices.schema import INBOX
from leverline.notices.store import Store
from leverline.notices.templates import Templates


class Entry(NamedTuple):
    """One notice in an inbox, in words; `time` is venue time."""

    notice_id: int
    kind: str
    time: int
    title: str
    text: str
    details: dict[str, Any]
    is_read: bool


class Inbox:
    """The inboxes of all users."""

    def __init__(self, store: Store, templates: Templates) -> None:
        self._store = store
        self._templates = templates

    async def page(self, user_id: int, before: int, most: int, is_unread: bool) -> list[Entry]:
        """Return a user's notices with smaller ids than `before` (0 for all), newest first; unread ones if asked."""
        table = INBOX.c
        wanted = select(INBOX).where(table.user_id == user_id).order_by(table.id.desc()).limit(most)
        if before:
            wanted = wanted.where(table.id < before)
        if is_unread:
            wanted = wanted.where(table.is_read.is_(False))
        return await self._store.run(lambda connection: [self._entry(row) for row in connection.execute(wanted)])

    async def unread(self, user_id: int) -> int:
        """Return how many notices a user has not read."""
        table = INBOX.c
        wanted = select(func.count()).select_from(INBOX).where(table.user_id == user_id, table.is_read.is_(False))
        return int(await self._store.run(lambda connection: connection.execute(wanted).scalar_one()))

    async def read(self, user_id: int, ids: list[int] | None, up_to: int = 0) -> int:
        """Mark notices as read, by ids, or all up to an id; return how many were unread."""
        table = INBOX.c
        which = [table.user_id == user_id, table.is_read.is_(False)]
        which.append(table.id <= up_to if ids is None else table.id.in_(ids))
        change = update(INBOX).where(*which).values(is_read=True)

        def work(connection: Connection) -> int:
            return connection.execute(change).rowcount

        return await self._store.run(work)

    def _entry(self, row: Row[Any]) -> Entry:
        """Return a row in words."""
        details = json.loads(row.details)
        title, text = self._templates.words(row.kind, details, row.time)
        return Entry(row.id, row.kind, row.time, title, text, details, row.is_read)
