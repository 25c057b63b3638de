"""Mail: a small port, and the adapter that hands mails to an SMTP server."""

import asyncio
import re
import smtplib
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Protocol

ADDRESS_LENGTH_MAX: Final = 254
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""Nothing in which a header of a mail could see more than one plain address (RFC 2047, RFC 5322 3.4)."""
SMTP_SECONDS: Final = 20
"""A server that does not answer is waited for so long."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: plain text, with the same in HTML where there is any.

    A mail that is sent again bears the same `name`, which its Message-ID is made of; without one the server makes it.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    name: str = ""


def is_mail_address(text: str) -> bool:
    """Whether a text has the form of one plain mail address; only a code tells whether it is read."""
    return len(text) <= ADDRESS_LENGTH_MAX and _ADDRESS.fullmatch(text) is not None


class MailUnreachable(OSError):
    """The mail server takes nobody's mails now, whomever they are for; the message says why."""


class Mailer(Protocol):
    """Sends a mail or raises OSError (a MailUnreachable too), smtplib.SMTPException or SQLAlchemyError."""

    async def send(self, mail: Mail) -> None:
        """Send one mail."""
        ...


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

    def __init__(self, settings: SmtpSettings, seconds: float = SMTP_SECONDS) -> None:
        self._settings = settings
        self._seconds = seconds

    async def send(self, mail: Mail) -> None:
        """Send one mail."""
        await asyncio.to_thread(self._deliver, self._message(mail))

    def _message(self, mail: Mail) -> EmailMessage:
        """Return a mail as it is handed in."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._settings.sender, mail.to, mail.subject
        if mail.name:
            domain = self._settings.sender.rpartition("@")[2].rstrip("> ") or "localhost"
            message["Message-ID"] = f"<{mail.name}@{domain}>"
        message.set_content(mail.text)
        if mail.html:
            message.add_alternative(mail.html, subtype="html")
        return message

    def _deliver(self, message: EmailMessage) -> None:
        """Hand one message to the server."""
        with self._ready() as server:
            server.send_message(message)

    def _ready(self) -> smtplib.SMTP:
        """Return a connection over which mails may be handed in. Raises MailUnreachable."""
        with ExitStack() as opened:
            try:
                server = self._connected()
                opened.callback(server.close)
                self._enter(server)
            except OSError as fault:
                raise MailUnreachable(words_of(fault)) from fault
            opened.pop_all()
        return server

    def _enter(self, server: smtplib.SMTP) -> None:
        """Greet the server, encrypt and log in, as the settings say."""
        server.ehlo_or_helo_if_needed()
        if self._settings.is_starttls and not self._settings.is_tls:
            server.starttls(context=ssl.create_default_context())
        if self._settings.user:
            server.login(self._settings.user, self._settings.password)

    def _connected(self) -> smtplib.SMTP:
        """Return a connection to the server."""
        where = (self._settings.host, self._settings.port)
        if self._settings.is_tls:
            return smtplib.SMTP_SSL(*where, timeout=self._seconds, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=self._seconds)


def words_of(fault: Exception) -> str:
    """Return what a fault of a mail server says, in one line."""
    if isinstance(fault, smtplib.SMTPResponseException):
        said = fault.smtp_error
        text = f"{fault.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    else:
        text = str(fault) or type(fault).__name__
    return " ".join(text.split())
