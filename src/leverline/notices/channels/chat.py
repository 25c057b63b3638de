"""Notices by SMS and messengers: what Apprise sends, by an address of its own form such as `tgram://TOKEN/CHAT`.

Only schemes that the operator allows are taken. Those of `PUBLIC_SCHEMES` send to the service's own host, whatever the
address says; of others the host is judged as any address is.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import unquote

from leverline.notices.channels.sender import Parcel
from leverline.notices.faults import SendFault
from leverline.notices.guard import URL_LENGTH_MAX, AddressGuard, AddressRefused, NameUnknown

PUBLIC_SCHEMES: Final = (
    "tgram", "discord", "slack", "pover", "pbul", "prowl", "twilio", "vonage", "nexmo", "sinch", "plivo",
    "clicksend", "msgbird", "bulksms", "d7sms", "seven", "line", "gchat", "wxteams", "webex", "threema",
)  # fmt: skip
NEVER: Final = frozenset(
    {"file", "exec", "syslog", "rsyslog", "dbus", "qt", "kde", "glib", "gnome", "macosx", "windows"}
)
"""What would run or write something on the venue's own machine."""
REFUSED_SETTINGS: Final = re.compile(
    r"\b(template|keyfile|subfile|pgp\w*|wkd|include|verify|redirect|cto|rto|retry|wait|store|smtp|host|relay|b?cc)\s*="
)
"""Parameters of an address that name files of the venue's machine, change how and where it connects, or copy others."""
THREADS: Final = 4
HTTPS: Final = 443
SECONDS: Final = 30.0


class ChatSender:
    """Sends by Apprise, in threads of its own."""

    def __init__(self, guard: AddressGuard, schemes: Collection[str], seconds: float = SECONDS) -> None:
        self._guard = guard
        self._schemes = frozenset(each for each in schemes if each not in NEVER)
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(THREADS, "notices-chat")
        self._said = Said()
        logging.getLogger("apprise").addHandler(self._said)

    async def check(self, address: str) -> None:
        """Look at scheme, parameters and host, and have Apprise read the address."""
        scheme = scheme_of(address)
        if scheme not in self._schemes:
            raise AddressRefused(f"{scheme}:// is not allowed: one of {', '.join(sorted(self._schemes))}")
        if refused := REFUSED_SETTINGS.search(plain(address)):
            raise AddressRefused(f"the address may not have the parameter {refused[1]!r}")
        await self._plugin(address)

    def shown(self, address: str) -> str:
        """Return the scheme: tokens and numbers are secret."""
        return f"{scheme_of(address)}://…"

    async def send(self, address: str, parcel: Parcel) -> None:
        """Send title and text."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                plugin = await self._plugin(address)
                reason = await loop.run_in_executor(self._threads, self._notify, plugin, parcel)
        except NameUnknown as fault:
            raise SendFault(str(fault), is_unreachable=True) from fault
        except AddressRefused as fault:
            raise SendFault(str(fault), is_final=True) from fault
        except TimeoutError as fault:
            raise SendFault(f"no answer within {self._seconds:g} s", is_unreachable=True) from fault
        if reason is not None:
            raise SendFault(reason)

    def close(self) -> None:
        """Let go of the threads."""
        logging.getLogger("apprise").removeHandler(self._said)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _plugin(self, address: str) -> Any:
        """Return Apprise's sender for an address: of one target, at a host that may be used. Raises AddressRefused."""
        scheme = scheme_of(address)
        plugin = await asyncio.get_running_loop().run_in_executor(self._threads, made, address)
        if plugin is None:
            raise AddressRefused(f"this is no address of {scheme}:// as Apprise describes them")
        if len(plugin) > 1:
            raise AddressRefused("the address names more than one target: add a channel for each")
        if scheme not in PUBLIC_SCHEMES:
            for host in hosts_of(plugin):
                await self._guard.addresses(host, HTTPS)
        return plugin

    def _notify(self, plugin: Any, parcel: Parcel) -> str | None:
        """Send in this thread; return why it failed, None if it did not."""
        self._said.forget()
        if plugin.notify(title=parcel.message.title, body=parcel.message.text):
            return None
        return self._said.words() or "the service did not take it"


class Said(logging.Handler):
    """Keeps what Apprise last complained of in each thread: it does not say otherwise why something failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._by_thread: dict[int, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a complaint."""
        self._by_thread[threading.get_ident()] = " ".join(record.getMessage().split())

    def forget(self) -> None:
        """Forget what was said in this thread."""
        self._by_thread.pop(threading.get_ident(), None)

    def words(self) -> str:
        """Return what was said in this thread."""
        return self._by_thread.get(threading.get_ident(), "")


def scheme_of(address: str) -> str:
    """Return the scheme of an address. Raises AddressRefused."""
    scheme, found, _ = address.partition("://")
    if not found or not scheme.isalnum() or len(address) > URL_LENGTH_MAX or not address.isprintable():
        raise AddressRefused("this is no address such as tgram://TOKEN/CHAT")
    return scheme.lower()


def plain(address: str) -> str:
    """Return an address in small letters with nothing encoded, however often it was."""
    while (decoded := unquote(address)) != address:
        address = decoded
    return address.lower()


def made(address: str) -> Any:
    """Return Apprise's sender for an address, which follows no redirects; None if it cannot read it."""
    import apprise  # with all that it can send to it is large: who has no such channel never waits for it

    asset = apprise.AppriseAsset(http_redirects=False)
    return apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)


def hosts_of(plugin: Any) -> set[str]:
    """Return where a sender connects to as Apprise read its address, which others read otherwise.

    Raises AddressRefused where it names no host.
    """
    hosts = {plugin.host or "", getattr(plugin, "smtp_host", plugin.host) or ""}
    if not all(hosts):
        raise AddressRefused("the address names no host")
    return {host.strip("[]") for host in hosts}
