"""Notices by mail."""

import smtplib
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from leverline.mail import Mail, Mailer, MailUnreachable, is_mail_address, words_of
from leverline.notices.channels.sender import Parcel
from leverline.notices.faults import SendFault
from leverline.notices.guard import AddressRefused

PERMANENT: Final = 500
"""SMTP's codes from here on will not change."""


class MailSender:
    """Sends by the venue's mailer."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    async def check(self, address: str) -> None:
        """Look at the form of a mail address; a code proves that it is read."""
        if not is_mail_address(address):
            raise AddressRefused("this is no mail address")

    def shown(self, address: str) -> str:
        """Return the address."""
        return address

    async def send(self, address: str, parcel: Parcel) -> None:
        """Send a parcel as text and HTML.

        What goes wrong once the server is there may be for this one address: it puts off nobody else's mails.
        """
        message = parcel.message
        mail = Mail(address, message.title, message.text, message.html, parcel.key)
        try:
            await self._mailer.send(mail)
        except smtplib.SMTPRecipientsRefused as fault:
            answer = smtplib.SMTPResponseException(*next(iter(fault.recipients.values())))
            reason = f"the mail server refused the address: {words_of(answer)}"
            raise SendFault(reason, is_final=_is_final(answer)) from fault
        except smtplib.SMTPResponseException as fault:
            is_of_mail = isinstance(fault, smtplib.SMTPDataError | smtplib.SMTPSenderRefused)
            reason = f"the mail server answered: {words_of(fault)}"
            raise SendFault(reason, is_final=is_of_mail and _is_final(fault)) from fault
        except (MailUnreachable, SQLAlchemyError) as fault:
            raise SendFault(f"the mail server cannot be reached: {words_of(fault)}", is_unreachable=True) from fault
        except OSError as fault:
            raise SendFault(f"the mail server did not take it: {words_of(fault)}") from fault


def _is_final(answer: smtplib.SMTPResponseException) -> bool:
    """Whether the server would say the same again."""
    return answer.smtp_code >= PERMANENT
