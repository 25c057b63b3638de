"""A user's channels: added, proved by a code, listed, removed."""

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple, Protocol

from sqlalchemy import Connection, select, update

from leverline.kernel.time import MINUTE, SECOND
from leverline.notices.channels.sender import Parcel, Sender
from leverline.notices.faults import Fault, NoticeFault, SendFault
from leverline.notices.guard import AddressRefused
from leverline.notices.kinds import VERIFICATION, ChannelKind
from leverline.notices.outbox import remove_channel
from leverline.notices.schema import CHANNEL
from leverline.notices.store import Store
from leverline.notices.templates import Templates

CHANNELS_MAX: Final = 20
CHANNEL_IDS: Final = 2**53 - 1
"""Ids are drawn, so that none is ever another channel's again: deliveries and their secrets are kept by them."""
CODE_DIGITS: Final = 6
CODE_TRIES: Final = 5
CODE_MINUTES: Final = 60
REMOVED: Final = "the channel was removed"


class Secrets(Protocol):
    """Encrypts for one place, and hashes for one purpose."""

    def encrypt(self, secret: bytes, place: str) -> bytes: ...

    def decrypt(self, sealed: bytes, place: str) -> bytes: ...

    def digest(self, text: str, purpose: str) -> bytes: ...


class Channel(NamedTuple):
    """A channel as its owner sees it; `shown` is what of its address is no secret."""

    channel_id: int
    user_id: int
    kind: str
    label: str
    shown: str
    is_verified: bool
    created: int


class Added(NamedTuple):
    """A channel that was added, and the secret of a webhook, which is told this once."""

    channel: Channel
    secret: str = ""


Send = Callable[[str, str, Parcel], Awaitable[None]]
"""Sends by a kind of channel to an address. Raises SendFault."""


class Channels:
    """The channels of all users but the account's own mail, which everybody has."""

    def __init__(
        self, store: Store, vault: Secrets, senders: Mapping[str, Sender], send: Send, templates: Templates
    ) -> None:
        self._store = store
        self._vault = vault
        self._senders = senders
        self._send = send
        self._templates = templates

    async def of_user(self, user_id: int) -> list[Channel]:
        """Return a user's channels, oldest first."""
        return await self._store.run(lambda connection: _of_user(connection, user_id))

    async def add(self, user_id: int, kind: ChannelKind, address: str, label: str) -> Added:
        """Add a channel and send a code to it. Raises ADDRESS_REFUSED, CHANNELS_TOO_MANY, CHANNEL_UNREACHABLE."""
        secret = secrets.token_urlsafe(32) if kind is ChannelKind.WEBHOOK else ""
        whole = f"{address} {secret}" if secret else address
        channel = await self._keep(user_id, kind, whole, label, is_verified=False)
        try:
            await self._send_code(channel, whole)
        except BaseException as fault:
            await self._store.run(lambda connection: remove_channel(connection, channel.channel_id, REMOVED, now()))
            if isinstance(fault, SendFault):
                raise NoticeFault(Fault.CHANNEL_UNREACHABLE, f"the code could not be sent there: {fault}") from fault
            raise
        return Added(channel, secret)

    async def subscribe(self, user_id: int, endpoint: str, public: str, secret: str, label: str) -> Channel:
        """Add a browser's push subscription; the browser has proved it. Raises ADDRESS_REFUSED, CHANNELS_TOO_MANY."""
        if " " in endpoint + public + secret:
            raise NoticeFault(Fault.ADDRESS_REFUSED, "an endpoint and its keys have no spaces")
        return await self._keep(user_id, ChannelKind.PUSH, f"{endpoint} {public} {secret}", label, is_verified=True)

    async def verify(self, user_id: int, channel_id: int, code: str) -> Channel:
        """Prove a channel by the code that was sent to it. Raises CODE_WRONG, CHANNEL_UNKNOWN, CHANNEL_STATE."""
        is_right = await self._store.run(lambda connection: self._try_code(connection, user_id, channel_id, code))
        if not is_right:
            raise NoticeFault(Fault.CODE_WRONG, "the code is wrong or too old; after five attempts ask for another")
        return await self._store.run(lambda connection: _one(connection, user_id, channel_id))

    async def send_code(self, user_id: int, channel_id: int) -> None:
        """Send another code. Raises CHANNEL_UNKNOWN, CHANNEL_STATE, CHANNEL_UNREACHABLE."""
        channel, sealed = await self._store.run(lambda connection: _unverified(connection, user_id, channel_id))
        try:
            await self._send_code(channel, self.opened(channel_id, sealed))
        except SendFault as fault:
            raise NoticeFault(Fault.CHANNEL_UNREACHABLE, f"the code could not be sent there: {fault}") from fault

    async def remove(self, user_id: int, channel_id: int) -> None:
        """Remove a channel; what waits for it is not sent any more. Raises CHANNEL_UNKNOWN."""

        def work(connection: Connection) -> None:
            _one(connection, user_id, channel_id)
            remove_channel(connection, channel_id, REMOVED, now())

        await self._store.run(work)

    def opened(self, channel_id: int, sealed: bytes) -> str:
        """Return the address of a channel."""
        return self._vault.decrypt(sealed, place_of(channel_id)).decode()

    async def _keep(self, user_id: int, kind: ChannelKind, address: str, label: str, is_verified: bool) -> Channel:
        """Judge an address and keep the channel."""
        sender = self._senders[kind]
        try:
            await sender.check(address)
        except AddressRefused as fault:
            raise NoticeFault(Fault.ADDRESS_REFUSED, str(fault)) from fault
        shown = sender.shown(address)

        def work(connection: Connection) -> Channel:
            if len(_of_user(connection, user_id)) >= CHANNELS_MAX:
                raise NoticeFault(Fault.CHANNELS_TOO_MANY, f"a user has at most {CHANNELS_MAX} channels: remove one")
            channel_id = 1 + secrets.randbelow(CHANNEL_IDS)
            channel = Channel(channel_id, user_id, kind.value, label, shown, is_verified, now())
            sealed = self._vault.encrypt(address.encode(), place_of(channel_id))
            values = channel._asdict() | {"id": channel_id, "address": sealed}
            del values["channel_id"]
            connection.execute(CHANNEL.insert().values(**values, code=b"", code_until=0, code_tries=0))
            return channel

        return await self._store.run(work)

    async def _send_code(self, channel: Channel, address: str) -> None:
        """Make a code and send it. Raises SendFault."""
        code = str(secrets.randbelow(10**CODE_DIGITS)).rjust(CODE_DIGITS, "0")
        values = {
            "code": self._vault.digest(code, place_of(channel.channel_id)), "code_tries": CODE_TRIES,
            "code_until": now() + CODE_MINUTES * MINUTE,
        }  # fmt: skip
        change = update(CHANNEL).where(CHANNEL.c.id == channel.channel_id).values(**values)
        await self._store.run(lambda connection: connection.execute(change))
        details: dict[str, object] = {"code": code, "minutes": str(CODE_MINUTES)}
        message = self._templates.message(VERIFICATION, details, now())
        key = f"{VERIFICATION}-{channel.channel_id}-{secrets.token_hex(8)}"
        await self._send(channel.kind, address, Parcel(key, VERIFICATION, now(), message, details))

    def _try_code(self, connection: Connection, user_id: int, channel_id: int, code: str) -> bool:
        """Use up an attempt, and verify the channel if the code is right."""
        _unverified(connection, user_id, channel_id)
        which = CHANNEL.c.id == channel_id
        row = connection.execute(select(CHANNEL.c.code, CHANNEL.c.code_until, CHANNEL.c.code_tries).where(which)).one()
        if row.code_tries <= 0 or row.code_until < now():
            return False
        given = self._vault.digest(code, place_of(channel_id))
        is_right = secrets.compare_digest(row.code, given)
        values = {"is_verified": True, "code": b"", "code_tries": 0} if is_right else {"code_tries": row.code_tries - 1}
        connection.execute(update(CHANNEL).where(which).values(**values))
        return is_right


def now() -> int:
    """Return the machine's time in microseconds: what is about sending goes by it."""
    return time.time_ns() * SECOND // 10**9


def place_of(channel_id: int) -> str:
    """Return the place for which the address of a channel is encrypted."""
    return f"notice_channel/{channel_id}"


_COLUMNS: Final = (
    CHANNEL.c.id, CHANNEL.c.user_id, CHANNEL.c.kind, CHANNEL.c.label, CHANNEL.c.shown, CHANNEL.c.is_verified,
    CHANNEL.c.created,
)  # fmt: skip


def _of_user(connection: Connection, user_id: int) -> list[Channel]:
    """Return a user's channels, oldest first."""
    wanted = select(*_COLUMNS).where(CHANNEL.c.user_id == user_id).order_by(CHANNEL.c.created, CHANNEL.c.id)
    return [Channel(*row) for row in connection.execute(wanted)]


def _one(connection: Connection, user_id: int, channel_id: int) -> Channel:
    """Return one of a user's channels. Raises CHANNEL_UNKNOWN."""
    for channel in _of_user(connection, user_id):
        if channel.channel_id == channel_id:
            return channel
    raise NoticeFault(Fault.CHANNEL_UNKNOWN, f"you have no channel {channel_id}")


def _unverified(connection: Connection, user_id: int, channel_id: int) -> tuple[Channel, bytes]:
    """Return one of a user's unproved channels, and its address. Raises CHANNEL_UNKNOWN, CHANNEL_STATE."""
    channel = _one(connection, user_id, channel_id)
    if channel.is_verified:
        raise NoticeFault(Fault.CHANNEL_STATE, f"channel {channel_id} is verified already")
    wanted = select(CHANNEL.c.address).where(CHANNEL.c.id == channel_id)
    return channel, connection.execute(wanted).scalar_one()
