"""Where users' addresses lead: what else they can say than they seem to, and what a look-up may hold up."""

import asyncio
import ipaddress
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.notices.world import Receiver

from leverline.notices import guard
from leverline.notices.channels.chat import ChatSender, made
from leverline.notices.channels.requests import Requests
from leverline.notices.channels.sender import Parcel
from leverline.notices.faults import SendFault
from leverline.notices.guard import LOOPBACK, AddressGuard, AddressRefused, NameUnknown, is_public
from leverline.notices.templates import Message

PARCEL = Parcel("1-0-A-1-0", "A", 0, Message("title", "text", "<p>text</p>"), {})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("10.0.0.1", False),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::808:808", False),
        ("2002:a00:1::1", False),
        ("fec0::1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:7f00:1", False),
        ("fd00::1", False),
        ("ff0e::1", False),
    ],
)
def test_only_addresses_that_are_handed_out_are_public(address: str, expected: bool) -> None:
    """Of IPv6 those of 2000::/3, and those that a translator takes for public ones of IPv4."""
    assert is_public(ipaddress.ip_address(address)) is expected


def test_names_that_hang_hold_up_nothing_but_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else the loop gives to its threads goes on."""
    hold = threading.Event()

    def hanging(*_: Any, **__: Any) -> list[Any]:
        hold.wait(30)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    monkeypatch.setattr(guard, "LOOKUP_SECONDS", 0.2)

    async def work() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        with pytest.raises(NameUnknown):
            await AddressGuard().addresses("hanging.example", 443)
        async with asyncio.timeout(10):
            await asyncio.to_thread(int)

    try:
        asyncio.run(work())
    finally:
        hold.set()


def test_a_url_that_the_client_does_not_read_as_the_system_does_is_refused() -> None:
    """010.0.0.1 is 8.0.0.1 to the one and nothing to the other."""
    requests = Requests(AddressGuard())
    with pytest.raises(SendFault, match="this is no URL") as fault:
        asyncio.run(requests.post("https://010.0.0.1/", b"", {}))
    assert fault.value.is_final


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("json://user@127.0.0.1@8.8.8.8/", "127.0.0.1, which is no address of the public internet"),
        ("json://[::1]/", "::1, which is no address of the public internet"),
        ("mailto://u:p@8.8.8.8?smtp=10.0.0.1", "may not have the parameter 'smtp'"),
        ("mailto://u:p@8.8.8.8?bcc=carol@example.org", "may not have the parameter 'bcc'"),
        ("mailto://u:p@8.8.8.8?pgppub=/etc/passwd", "may not have the parameter 'pgppub'"),
        ("mailto://u:p@a_b.example?from=x@inner.example", "the address names no host"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/1234", "more than one target"),
    ],
)
def test_a_chat_address_leads_to_one_target_at_a_judged_host(address: str, words: str) -> None:
    """The host is that to which Apprise connects."""
    sender = ChatSender(AddressGuard(), ("json", "mailto", "tgram"))
    with pytest.raises(AddressRefused) as fault:
        asyncio.run(sender.check(address))
    sender.close()
    assert words in str(fault.value)


def test_apprise_follows_no_redirect(receiver: Receiver) -> None:
    """It could lead anywhere; it is a failure."""
    receiver.statuses = [307]
    sender = ChatSender(AddressGuard(LOOPBACK), ("json",))
    address = receiver.url.replace("http://", "json://")
    with pytest.raises(SendFault):
        asyncio.run(sender.send(address, PARCEL))
    sender.close()
    assert len(receiver.posts) == 1
    assert made(address).redirects is False
