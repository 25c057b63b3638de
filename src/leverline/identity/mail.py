"""Mail to users: kept for a sandbox to read, or handed to a mailer in the background."""

import asyncio
import logging
import smtplib
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.schema import SentMailTable
from leverline.mail import Mail, Mailer, is_mail_address

KEPT_DEFAULT = 10_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail as a sandbox keeps it."""

    to: str
    subject: str
    text: str
    time: int


class TableMailer:
    """Keeps mails in a table, the newest `most` of them, so that a sandbox's user or a test can read them."""

    def __init__(self, context: Context, most: int) -> None:
        self._context = context
        self._most = most

    async def send(self, mail: Mail) -> None:
        """Keep one mail, of its text only, and let go of what is beyond the newest."""
        row = SentMailTable(recipient=mail.to, subject=mail.subject, text=mail.text, time=self._context.now())
        await self._context.store.run(lambda session: self._keep(session, row))

    def _keep(self, session: Session, row: SentMailTable) -> None:
        """Add a mail; the oldest go. Numbers rise by one, or by more where an addition was rolled back."""
        session.add(row)
        session.flush()
        session.execute(delete(SentMailTable).where(SentMailTable.id <= row.id - self._most))

    async def kept(self, to: str) -> list[KeptMail]:
        """Return the mails to an address, oldest first."""
        wanted = select(SentMailTable).where(SentMailTable.recipient == to).order_by(SentMailTable.id)
        rows = await self._context.store.run(lambda session: list(session.scalars(wanted)))
        return [KeptMail(row.recipient, row.subject, row.text, row.time) for row in rows]


class Post:
    """Sends mails in the background: an answer must not tell by its time whether there was a mail to send."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one mail soon; a failure is logged, the user asks again."""
        task = asyncio.create_task(self._attempt(self._mailer.send(Mail(to, subject, text))))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Wait until all mails so far are sent or have failed."""
        await asyncio.gather(*tuple(self._under_way))

    async def _attempt(self, sending: Coroutine[Any, Any, None]) -> None:
        """Send and log what goes wrong, without the address."""
        try:
            await sending
        except (OSError, smtplib.SMTPException, SQLAlchemyError) as fault:
            log.error("a mail could not be sent: %s", type(fault).__name__)


def normal_mail(mail: str) -> str:
    """Return a mail address in the one form in which it is kept. Raises MALFORMED."""
    found = mail.strip().lower()
    if not is_mail_address(found):
        raise IdentityFault(Fault.MALFORMED, "this is no mail address")
    return found
