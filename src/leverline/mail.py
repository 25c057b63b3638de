"""Mail: a small port, and the adapter that hands mails to an SMTP server."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Protocol

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


class Mailer(Protocol):
    """Sends a mail or raises OSError, smtplib.SMTPException or SQLAlchemyError."""

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
            return smtplib.SMTP_SSL(*where, timeout=self._seconds, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=self._seconds)
