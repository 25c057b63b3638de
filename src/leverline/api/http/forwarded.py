"""Whose request it is where a proxy of the house hands it on: limits, address lists and the audit log hang on it."""

from collections.abc import Set
from ipaddress import ip_address
from typing import Final

FORWARDED: Final = b"x-forwarded-for"
"""The header, as it is named in requests here."""


def client_address(peer: str, forwarded: bytes | None, proxies: Set[str]) -> str:
    """Return the address of the client of a connection from `peer`, whose X-Forwarded-For is `forwarded`.

    Each proxy appends whom it heard: the last address that is none of `proxies` counts, for what stands before it
    anybody may have written. It is the peer's where that is no proxy, or says nothing that is an address.
    """
    if peer not in proxies or forwarded is None:
        return peer
    for word in reversed(forwarded.decode("latin-1").split(",")):
        try:
            address = str(ip_address(word.strip()))
        except ValueError:
            return peer
        if address not in proxies:
            return address
    return peer
