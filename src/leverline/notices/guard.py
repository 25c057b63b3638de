"""Where addresses that users give may lead: to the public internet, and to networks that the operator names.

A name is looked up once for each request, every address behind it is judged, and the request goes to an address that
was judged: a name that answers otherwise the next time changes nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

URL_LENGTH_MAX: Final = 2_000
LOOKUP_SECONDS: Final = 5.0
LOOKUPS: Final = 8
"""So many names are looked up at once."""
LOOPBACK: Final = ("127.0.0.0/8", "::1/128")
_PORTS: Final = {"http": 80, "https": 443}
_PUBLIC: Final = ipaddress.ip_network("2000::/3")
"""The addresses of IPv6 that are handed out (RFC 4291); none of IPv4 is written into others outside _EMBEDDING."""
_EMBEDDING: Final = ipaddress.ip_network("64:ff9b::/96")
"""Addresses in which a translator finds one of IPv4 (RFC 6052)."""


class AddressRefused(Exception):
    """An address that may not be used; the message says why."""


class NameUnknown(AddressRefused):
    """A host whose name has no address now."""


class Destination(NamedTuple):
    """Where a request goes: a judged address, and what the URL calls its host, without and with the port."""

    address: str
    host: str
    netloc: str


class AddressGuard:
    """Judges URLs. `networks` are those beyond the public internet that they may lead to, even unencrypted."""

    def __init__(self, networks: Sequence[str] = ()) -> None:
        self._networks = [ipaddress.ip_network(each) for each in networks]
        self._threads = ThreadPoolExecutor(LOOKUPS, "notices-lookup")
        """A look-up that hangs outlives its time: it holds up look-ups only. The threads end with the guard."""

    async def judge(self, url: str) -> Destination:
        """Return where an http or https URL leads. Raises AddressRefused."""
        parts = split(url)
        host = parts.hostname or ""
        port = parts.port or _PORTS[parts.scheme]
        addresses = await self.addresses(host, port)
        if parts.scheme == "http" and not all(self._is_named(each) for each in addresses):
            raise AddressRefused("https is needed: over http anybody on the way reads along")
        shown = f"[{host}]" if ":" in host else host
        netloc = shown if parts.port is None else f"{shown}:{port}"
        return Destination(str(addresses[0]), host, netloc)

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Return the addresses of a host, all of which may be used. Raises AddressRefused."""
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        except (OSError, UnicodeError, TimeoutError) as fault:
            raise NameUnknown(f"{host} has no address") from fault
        addresses = [ipaddress.ip_address(each[4][0]) for each in found]
        for address in addresses:
            self._check(address, host)
        if not addresses:
            raise NameUnknown(f"{host} has no address")
        return addresses

    def _check(self, address: Address, host: str) -> None:
        """Raise AddressRefused for an address within somebody's own network."""
        if not self._is_named(address) and not is_public(address):
            raise AddressRefused(f"{host} is {address}, which is no address of the public internet")

    def _is_named(self, address: Address) -> bool:
        """Whether the operator allows an address himself."""
        return any(inner(address) in network for network in self._networks)


def split(url: str) -> SplitResult:
    """Return the parts of an http or https URL. Raises AddressRefused."""
    if len(url) > URL_LENGTH_MAX:
        raise AddressRefused(f"the URL has more than {URL_LENGTH_MAX} characters")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused("the URL has characters that a URL cannot have")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as fault:
        raise AddressRefused(f"this is no URL: {fault}") from fault
    if parts.scheme not in _PORTS:
        raise AddressRefused("the URL does not begin with https://")
    if not parts.hostname:
        raise AddressRefused("the URL names no host")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("the URL bears a name or a password before its host: leave them out")
    return parts


def is_public(address: Address) -> bool:
    """Whether an address, and that of IPv4 within it, is one of the public internet."""
    if isinstance(address, ipaddress.IPv6Address) and address not in _PUBLIC and address not in _EMBEDDING:
        return False
    return all(each.is_global and not each.is_multicast for each in (address, inner(address)))


def inner(address: Address) -> Address:
    """Return the address of IPv4 that one of IPv6 stands for, or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _EMBEDDING:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
