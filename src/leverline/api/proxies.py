"""Proxies that are believed: what their X-Forwarded-For and X-Forwarded-Proto say of a client is taken for true.

    client ─► proxy ─► proxy ─► venue        X-Forwarded-For: what the client claims, client, proxy

Each proxy adds, at the right, the address that it was spoken to from. Read from there leftwards, the first address that
is no proxy of ours is the client's; everything further left is the client's own claim. From a peer that is no proxy of
ours both headers are claims and are not looked at.
"""

import ipaddress
from collections.abc import Iterable
from typing import Final, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Headers: TypeAlias = Iterable[tuple[bytes, bytes]]

FOR: Final = b"x-forwarded-for"
PROTO: Final = b"x-forwarded-proto"
ENCRYPTED: Final = frozenset({"https", "wss"})


class Proxies:
    """The proxies in front of the venue, by address or network; none unless they are named."""

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        self.trusted = tuple(ipaddress.ip_network(each) for each in trusted)

    def client_of(self, peer: str, headers: Headers, is_encrypted: bool) -> tuple[str, bool]:
        """Return the client's address and whether it speaks TLS, of a request that came from `peer`, over TLS or not.

        Names of headers are in lower case. The address is empty where that of the peer is, which is then no proxy.
        """
        if not self.trusted or not self._is_trusted(address_in(peer)):
            return peer, is_encrypted
        protos = words_of(headers, PROTO)
        return self._behind(peer, words_of(headers, FOR)), protos[-1].lower() in ENCRYPTED if protos else is_encrypted

    def _behind(self, peer: str, claimed: list[str]) -> str:
        """Return the right-most address that is no proxy; the last proxy's where it names none that can be read."""
        found = peer
        for word in reversed(claimed):
            address = address_in(word)
            if address is None:
                break
            found = str(address)
            if not self._is_trusted(address):
                break
        return found

    def _is_trusted(self, address: Address | None) -> bool:
        """Whether an address is a proxy's."""
        return address is not None and any(address in network for network in self.trusted)


def words_of(headers: Headers, header: bytes) -> list[str]:
    """Return the members of a list header, which may be sent in several lines, in order."""
    lines = [value.decode("latin-1") for name, value in headers if name == header]
    return [word.strip() for word in ",".join(lines).split(",")] if lines else []


def address_in(word: str) -> Address | None:
    """Return the address in a word, which may have a port; an IPv4 address in IPv6 clothes as what it is."""
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        address = ipaddress.ip_address(word)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
