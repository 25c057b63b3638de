"""The port that each kind of channel fills: one message to one address."""

from typing import NamedTuple, Protocol

from leverline.notices.templates import Message


class Parcel(NamedTuple):
    """What is sent: a message, and what machines want to know of it. `key` is the same however often it is sent."""

    key: str
    kind: str
    time: int
    """Venue time in microseconds."""
    message: Message
    details: dict[str, object]


class Sender(Protocol):
    """Sends a parcel to an address, or raises SendFault."""

    async def check(self, address: str) -> None:
        """Look at an address that a user gives. Raises AddressRefused naming what is wrong with it."""
        ...

    def shown(self, address: str) -> str:
        """Return what of an address may be shown again: nothing secret."""
        ...

    async def send(self, address: str, parcel: Parcel) -> None:
        """Send a parcel. Raises SendFault."""
        ...
