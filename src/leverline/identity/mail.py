"""Mail: a small port, an adapter that keeps mails for a sandbox to read, one that sends them by SMTP."""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.schema import SentMailTable

MAIL_LENGTH_MAX = 254
KEPT_DEFAULT = 10_000
_SMTP_SECONDS_MAX = 30

log = logging.getLogger(__name__)


class Mailer(Protocol):
    """Sends a mail or raises OSError, smtplib.SMTPException or SQLAlchemyError."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send one mail of plain text."""
        ...


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

    async def send(self, to: str, subject: str, text: str) -> None:
        """Keep one mail, and let go of what is beyond the newest."""
        row = SentMailTable(recipient=to, subject=subject, text=text, time=self._context.now())
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


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where mails go. TLS from the start, or by STARTTLS; without either only to the own machine."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_starttls: bool = True


class SmtpMailer:
    """Sends mails by SMTP, in a thread."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send one mail."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._settings.sender, to, subject
        message.set_content(text)
        await asyncio.to_thread(self._deliver, message)

    def _deliver(self, message: EmailMessage) -> None:
        """Hand one message to the server."""
        with self._connected() as server:
            if self._settings.is_starttls and not self._settings.is_tls:
                server.starttls(context=ssl.create_default_context())
            if self._settings.user:
                server.login(self._settings.user, self._settings.password)
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        """Return a connection to the server."""
        where = (self._settings.host, self._settings.port)
        if self._settings.is_tls:
            return smtplib.SMTP_SSL(*where, timeout=_SMTP_SECONDS_MAX, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=_SMTP_SECONDS_MAX)


class Post:
    """Sends mails in the background: an answer must not tell by its time whether there was a mail to send."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one mail soon; a failure is logged, the user asks again."""
        task = asyncio.create_task(self._attempt(self._mailer.send(to, subject, text)))
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
    name, at, host = found.rpartition("@")
    is_plain = found.isascii() and found.isprintable() and not any(each in found for each in ' ,;<>()[]\\"')
    if not (at and name and "." in host and "@" not in name and is_plain and len(found) <= MAIL_LENGTH_MAX):
        raise IdentityFault(Fault.MALFORMED, "this is no mail address")
    return found
