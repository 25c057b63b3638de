"""Mails: whose fault puts off whom, and which addresses are one plain address."""

import asyncio
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from tests.notices.test_recognising import called
from tests.notices.world import MailServer, Told, free_port, smtp, until

from leverline.mail import Mail, SmtpMailer, SmtpSettings
from leverline.notices import dispatcher
from leverline.notices.channels.mail import MailSender
from leverline.notices.channels.sender import Parcel
from leverline.notices.faults import SendFault
from leverline.notices.guard import AddressRefused
from leverline.notices.kinds import ChannelKind
from leverline.notices.policy import DeliveryPolicy
from leverline.notices.templates import Message

PARCEL = Parcel("1-0-A-1-0", "A", 0, Message("title", "text", "<p>text</p>"), {})


def fault_of(mailer: SmtpMailer) -> SendFault:
    """Return how a mail fails."""
    with pytest.raises(SendFault) as fault:
        asyncio.run(MailSender(mailer).send("bob@work.example", PARCEL))
    return fault.value


class Tarpit(MailServer):
    """A mail server that ends, or lets hang, who names a recipient."""

    def __init__(self, is_silent: bool) -> None:
        super().__init__()
        self.is_silent = is_silent

    async def handle_RCPT(self, server: SMTP, _session: Any, _envelope: Any, _to: str, _options: Any) -> str:
        """Answer nothing for a while, or end the connection."""
        if self.is_silent:
            await asyncio.sleep(1)
        elif server.transport is not None:
            server.transport.close()
        return "250 OK"


@pytest.mark.parametrize("is_silent", [True, False])
def test_a_recipient_at_whom_the_server_hangs_or_hangs_up_says_nothing_of_others(is_silent: bool) -> None:
    """He is tried again; nobody else's mails are put off with his."""
    server = Tarpit(is_silent)
    try:
        fault = fault_of(smtp(server.start(), seconds=0.2))
    finally:
        server.close()
    assert (fault.is_unreachable, fault.is_final) == (False, False)
    assert str(fault).startswith("the mail server did not take it: ")


@pytest.mark.parametrize(("is_starttls", "user"), [(True, ""), (False, "venue")])
def test_a_server_that_does_not_encrypt_or_log_in_takes_nobodys_mails(
    mail_server: MailServer, is_starttls: bool, user: str
) -> None:
    """All that waits for it is put off."""
    settings = SmtpSettings("127.0.0.1", mail_server.start(), "venue@example.org", user, "word", False, is_starttls)
    fault = fault_of(SmtpMailer(settings, 5.0))
    assert fault.is_unreachable
    assert str(fault).startswith("the mail server cannot be reached: ")


def test_a_server_that_is_not_there_takes_nobodys_mails() -> None:
    """Nor one that does not answer to a greeting."""
    assert fault_of(smtp(free_port())).is_unreachable


def test_a_mail_that_takes_too_long_puts_off_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one goes out, though all of them go to one server."""
    monkeypatch.setattr(dispatcher, "ATTEMPT_SECONDS", 0.5)

    class Slow:
        """Never has done with the first mail."""

        def __init__(self) -> None:
            self.mails: list[Mail] = []

        async def send(self, mail: Mail) -> None:
            self.mails.append(mail)
            if len(self.mails) == 1:
                await asyncio.sleep(3_600)

    slow = Slow()
    policy = DeliveryPolicy(first_pause=3_600, look_seconds=0.02, at_once={ChannelKind.MAIL: 1})
    world = called(Told(tmp_path, slow, policy=policy))
    world.index(BTC="60000")
    until(lambda: len(slow.mails) == 2)
    until(lambda: [line.reason for line in world.outbox()] == ["not done in 0.5 s"])
    world.stop()


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?a=0d=0aBcc:x?=@b.c", "=?utf-8?q?a?=@b.c", "a:b@c.d", "a@b", "a@b..c", "a@.c", "@b.c", "a@b@c.d",
        "a@b.c\n",
    ],
)  # fmt: skip
def test_what_a_header_could_read_otherwise_is_no_mail_address(address: str) -> None:
    """Encoded words and groups among them."""
    with pytest.raises(AddressRefused, match="this is no mail address"):
        asyncio.run(MailSender(smtp(0)).check(address))


@pytest.mark.parametrize("address", ["bob@work.example", "o'neil+x%y_z-1@a-b.example.org", "a.b@xn--bcher-kva.example"])
def test_a_plain_mail_address_is_written_as_it_is(address: str) -> None:
    """What is checked is what the header says."""
    mailer = smtp(0)
    asyncio.run(MailSender(mailer).check(address))
    written = message_from_bytes(mailer._message(Mail(address, "a", "b")).as_bytes(), policy=default)
    assert [each.addr_spec for each in written["To"].addresses] == [address]
