"""Notices as one object: opened with the venue's state, fed by its commits, asked by its API.

commit ─► writer: notices, deliveries and watermark in one transaction ─► dispatcher ─► mail, chat, webhook, push
                                                              └─► inbox
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from py_vapid import Vapid02  # type: ignore[import-untyped]
from sqlalchemy import Connection

from leverline.engine.commit import Commit
from leverline.mail import Mailer
from leverline.notices.channel import Channels, Secrets
from leverline.notices.channels.chat import PUBLIC_SCHEMES, ChatSender
from leverline.notices.channels.mail import MailSender
from leverline.notices.channels.push import PushSender, application_key
from leverline.notices.channels.requests import Requests
from leverline.notices.channels.sender import Parcel, Sender
from leverline.notices.channels.webhook import WebhookSender
from leverline.notices.dispatcher import Dispatcher, MailOf
from leverline.notices.faults import NoticeStartFault
from leverline.notices.guard import AddressGuard
from leverline.notices.inbox import Inbox
from leverline.notices.kinds import ChannelKind
from leverline.notices.policy import DeliveryPolicy
from leverline.notices.preferences import (
    Preferences,
    QuietHours,
    read_preferences,
    write_quiet,
    write_switch,
)
from leverline.notices.recogniser import Place, Recogniser
from leverline.notices.store import Mark, Store, forget_after, move_mark, opening, read_mark, write_mark
from leverline.notices.templates import Templates
from leverline.notices.vapid import push_key
from leverline.notices.worker import Worker
from leverline.notices.writer import PAUSE_SECONDS, START_SECONDS, NoticeWriter
from leverline.rulebook.parameters import PairParameters

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NoticeOptions:
    """What an operator chooses."""

    url: str
    """SQLAlchemy URL of the database."""
    templates: Path | None = None
    """A folder whose templates take the place of ours."""
    networks: Sequence[str] = ()
    """Networks beyond the public internet to which users' addresses may lead."""
    chat_schemes: Sequence[str] = PUBLIC_SCHEMES
    rate_jump: int = 200
    """In percent: at 200 a debtor is told when an hourly rate more than doubles or more than halves."""
    contact: str = "mailto:no-reply@localhost"
    """Whom a push service may write to."""
    first_user: int = 0
    """Users with smaller ids are the house's own."""
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)


class Notices:
    """All of it. `open`, `begin` when the engine is there, `start`; `rest` while others stop, then `close`."""

    def __init__(
        self, options: NoticeOptions, vault: Secrets, mailer: Mailer, mail_of: MailOf, venue_now: Callable[[], int]
    ) -> None:
        """Read the templates. Raises NoticeStartFault."""
        self.options: NoticeOptions = options
        self.templates: Templates = Templates(options.templates)
        self.push_key: str = ""
        """The public key that browsers subscribe with; after `open`."""
        self._store = Store(options.url)
        self._vault = vault
        self._mailer = mailer
        self._worker = Worker("notices")
        self._senders: dict[str, Sender] = {}
        self._mark: Mark | None = None
        self._venue = ""
        self._writer: NoticeWriter | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False
        self.inbox: Inbox = Inbox(self._store, self.templates)
        self.channels: Channels = Channels(self._store, vault, self._senders, self._send, self.templates)
        self.dispatcher: Dispatcher = Dispatcher(
            self._store, vault, self._senders, self.templates, mail_of, venue_now, options.policy
        )

    @property
    def writer(self) -> NoticeWriter:
        """Who writes the outbox; after `begin`."""
        assert self._writer is not None, "not begun"
        return self._writer

    def open(self, venue: str, last: int) -> int | None:
        """Open the database for a venue whose journal ends with `last`; return how far it reaches, None if it is empty.

        Raises NoticeStartFault for one that cannot be used, and for another venue's.
        """
        self._store.open()
        self._venue = venue
        with opening():
            self._mark = self._store.run_now(lambda connection: self._found(connection, last))
            key = self._store.run_now(lambda connection: push_key(connection, self._vault))
        self._make_senders(key)
        return None if self._mark is None else self._mark.sequence

    def begin(self, place: Place, pairs: Mapping[str, PairParameters], sequence: int, time: int) -> None:
        """Begin to write. An empty database knows nothing of the commits up to `sequence`. Raises NoticeStartFault."""
        mark = self._mark
        if mark is None:
            mark = Mark(sequence, time, "")
            with opening():
                self._store.run_now(lambda connection: write_mark(connection, self._venue, mark))
        recogniser = Recogniser(place, pairs, self.options.rate_jump, self.options.first_user)
        recogniser.load(mark.memory)
        self._writer = NoticeWriter(self._store, recogniser, mark, self.options.policy.daily_most)
        self._worker.start()
        self._run(self._write_on(self._writer))

    def take(self, commit: Commit) -> None:
        """Take the next durable commit."""
        self.writer.take(commit)

    def take_again(self, commit: Commit) -> None:
        """Take a commit of a journal that is run again, no faster than it can be written.

        Raises NoticeStartFault where it cannot be for long.
        """
        writer = self.writer
        writer.take(commit)
        while writer.is_full():
            if writer.failing_seconds > START_SECONDS:
                raise NoticeStartFault(f"what the journal tells cannot be written to the outbox: {writer.fault}")
            time.sleep(PAUSE_SECONDS)

    def is_full(self) -> bool:
        """Return whether the venue is to wait."""
        return self.writer.is_full()

    def durable(self) -> int:
        """Return up to which commit nothing of the journal is needed for notices any more."""
        return self.writer.written.sequence

    def start(self) -> None:
        """Begin to send."""
        self._run(self.dispatcher.run())

    async def rest(self) -> None:
        """Send no more: what it takes to send is about to stop."""
        if self._worker.is_alive:
            await self._worker.ask(self.dispatcher.stop())

    def close(self) -> None:
        """Write what is left and disconnect; does nothing the second time."""
        if self._worker.is_alive:
            self._worker.wait(self._finish())
        self._worker.close()
        chat = self._senders.get(ChannelKind.CHAT)
        if isinstance(chat, ChatSender):
            chat.close()
        self._store.close()

    async def stop(self) -> None:
        """Do what `close` does, from a loop."""
        await asyncio.get_running_loop().run_in_executor(None, self.close)

    async def preferences(self, user_id: int) -> Preferences:
        """Return what a user wants."""
        found = await self._store.run(lambda connection: read_preferences(connection, [user_id]))
        return found.get(user_id, Preferences())

    async def switch(self, user_id: int, switches: Sequence[tuple[str, str, bool]]) -> None:
        """Say which kinds go by which kinds of channel. Raises SETTING_REFUSED, and has changed nothing then."""

        def work(connection: Connection) -> None:
            for kind, channel, is_on in switches:
                write_switch(connection, user_id, kind, channel, is_on)

        await self._store.run(work)

    async def set_quiet(self, user_id: int, quiet: QuietHours | None) -> None:
        """Set a user's quiet hours, or none."""
        await self._store.run(lambda connection: write_quiet(connection, user_id, quiet))

    def gauges(self) -> dict[str, float]:
        """Return how outbox and sending stand, for the metrics."""
        return self.writer.gauges() | self.dispatcher.gauges()

    def _found(self, connection: Connection, last: int) -> Mark | None:
        """Return the watermark. One beyond the journal's end, which was put back, is put back too."""
        mark = read_mark(connection, self._venue)
        if mark is None or mark.sequence <= last:
            return mark
        lost = forget_after(connection, last)
        _log.warning(
            "the outbox of notices reaches to command %d, the journal ends with %d: %d notices were let go",
            mark.sequence, last, lost,
        )  # fmt: skip
        kept = mark._replace(sequence=last)
        move_mark(connection, kept)
        return kept

    def _make_senders(self, key: Vapid02) -> None:
        """Make a sender for each kind of channel."""
        guard = AddressGuard(self.options.networks)
        requests = self._requests = Requests(guard)
        self.push_key = application_key(key)
        self._senders[ChannelKind.MAIL] = MailSender(self._mailer)
        self._senders[ChannelKind.CHAT] = ChatSender(guard, self.options.chat_schemes)
        self._senders[ChannelKind.WEBHOOK] = WebhookSender(guard, requests)
        self._senders[ChannelKind.PUSH] = PushSender(guard, requests, key, self.options.contact)

    async def _send(self, kind: str, address: str, parcel: Parcel) -> None:
        """Send at once, in the worker's thread. Raises SendFault."""
        await self._worker.ask(self._senders[kind].send(address, parcel))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something go on in the worker's thread until it ends or the notices are closed."""

        async def begin() -> None:
            task = asyncio.create_task(work)
            task.add_done_callback(_tell_fault)
            self._tasks.append(task)

        self._worker.wait(begin())

    async def _write_on(self, writer: NoticeWriter) -> None:
        """Write one batch after the other, and have it sent."""
        while not self._is_closing:
            if await writer.step():
                self.dispatcher.wake()
            else:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _finish(self) -> None:
        """End what goes on and write what is left."""
        await self.dispatcher.stop()
        self._is_closing = True
        self.writer.end_soon()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.writer.close()
        await self._requests.close()


def _tell_fault(task: asyncio.Task[None]) -> None:
    """Say that something ended by a bug of ours; what waits then is told at the next start."""
    if not task.cancelled() and task.exception() is not None:
        _log.critical("notices are not told any more: start the venue anew", exc_info=task.exception())
