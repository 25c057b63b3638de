"""Notices by mail."""

import smtplib

from sqlalchemy.exc import SQLAlchemyError

from leverline.mail import Mail, Mailer
from leverline.notices.channels.sender import Parcel
from leverline.notices.faults import SendFault
from leverline.notices.guard import AddressRefused

LENGTH_MAX = 254
PERMANENT = 500
"""SMTP's codes from here on will not change."""


class MailSender:
    """Sends by the venue's mailer."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    async def check(self, address: str) -> None:
        """Look at the form of a mail address; a code proves that it is read."""
        name, _, host = address.rpartition("@")
        is_plain = address.isascii() and address.isprintable() and not any(each in address for each in ' ,;<>()[]\\"')
        if not (name and "." in host and "@" not in name and is_plain and len(address) <= LENGTH_MAX):
            raise AddressRefused("this is no mail address")

    def shown(self, address: str) -> str:
        """Return the address."""
        return address

    async def send(self, address: str, parcel: Parcel) -> None:
        """Send a parcel as text and HTML."""
        message = parcel.message
        mail = Mail(address, message.title, message.text, message.html, parcel.key)
        try:
            await self._mailer.send(mail)
        except smtplib.SMTPRecipientsRefused as fault:
            code, words = next(iter(fault.recipients.values()))
            reason = said("the mail server refused the address", code, words)
            raise SendFault(reason, is_final=_is_final(code)) from fault
        except smtplib.SMTPResponseException as fault:
            reason = said("the mail server answered", fault.smtp_code, fault.smtp_error)
            is_of_mail = isinstance(fault, smtplib.SMTPDataError | smtplib.SMTPSenderRefused)
            is_final = is_of_mail and _is_final(fault.smtp_code)
            raise SendFault(reason, is_unreachable=not is_of_mail, is_final=is_final) from fault
        except (OSError, smtplib.SMTPException, SQLAlchemyError) as fault:
            reason = f"the mail server cannot be reached: {str(fault) or type(fault).__name__}"
            raise SendFault(reason, is_unreachable=True) from fault


def _is_final(code: int) -> bool:
    """Whether the server would say the same again."""
    return code >= PERMANENT


def said(what: str, code: int, words: bytes | str) -> str:
    """Return a server's answer as a reason."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{what}: {code} {' '.join(text.split())}"
