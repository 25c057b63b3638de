"""API keys: made, changed and deleted in SQL, looked up in memory by every signed request."""

import ipaddress
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag
from typing import Final, TypeAlias

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.key_kinds import HmacVerifier, KeyKind, Verifier, public_key_verifier
from leverline.identity.schema import ApiKeyTable
from leverline.identity.users import require_user
from leverline.ledger.wallet import SPOT

TEXT_LENGTH: Final = 64
LABEL_LENGTH_MAX: Final = 100
_ALPHABET: Final = string.ascii_letters + string.digits

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

Place: TypeAlias = tuple[int, str]
"""An account of a user: its kind of wallet, and the pair of an isolated one."""
SPOT_PLACE: Final[Place] = (SPOT, "")


class KeyPermission(IntFlag):
    """What an API key may do."""

    READ = 1
    TRADE = 2
    """Place and cancel orders, spot and margin."""
    MARGIN = 4
    """Borrow, repay and transfer."""
    WITHDRAWAL = 8
    """Take money out of the venue; only with a list of addresses."""


USUAL_PERMISSIONS: Final = KeyPermission.READ | KeyPermission.TRADE | KeyPermission.MARGIN
ALL_PERMISSIONS: Final = USUAL_PERMISSIONS | KeyPermission.WITHDRAWAL
SPECIAL_PERMISSIONS: Final = KeyPermission.READ | KeyPermission.TRADE
"""What a special key may have at most: it trades one margin account and moves nothing in or out."""


@dataclass(slots=True)
class KeyRecord:
    """One API key as requests see it. Times in microseconds; `networks` empty means every address."""

    text: str
    user_id: int
    label: str
    kind: KeyKind
    permissions: KeyPermission
    networks: tuple[Network, ...]
    created: int
    last_used: int
    is_enabled: bool
    verifier: Verifier
    last_address: str = ""
    """The address last found to be in `networks`: most keys are used from one."""
    place: Place = SPOT_PLACE
    """The account that it trades through spot's interface: another than spot's makes it a special key."""

    @property
    def is_special(self) -> bool:
        """Whether it trades a margin account through spot's interface."""
        return self.place[0] != SPOT

    def verify(self, payload: bytes, signature: str) -> bool:
        """Whether `signature` is this key's over `payload`."""
        return self.verifier.verify(payload, signature)

    def allows(self, address: str) -> bool:
        """Whether a request may come from `address`."""
        if not self.networks or address == self.last_address:
            return True
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        is_allowed = any(mapped in network for network in self.networks)
        if is_allowed:
            self.last_address = address
        return is_allowed

    @property
    def is_bound(self) -> bool:
        """Whether there are addresses from which it may not be used."""
        return is_bounded(self.networks)


@dataclass(frozen=True, slots=True)
class KeySettings:
    """What of a key may be changed."""

    label: str
    permissions: KeyPermission
    networks: tuple[Network, ...]
    is_enabled: bool

    def columns(self) -> dict[str, str | int | bool]:
        """The columns of the table."""
        networks = _joined(self.networks)
        return {
            "label": self.label,
            "permissions": int(self.permissions),
            "networks": networks,
            "is_enabled": self.is_enabled,
        }


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. `secret` is shown this once; empty for a key with a public key."""

    record: KeyRecord
    secret: str


class ApiKeys:
    """All API keys by their text."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_text: dict[str, KeyRecord] = {}
        self._used: dict[str, int] = {}

    async def load(self) -> None:
        """Read all keys into memory."""
        rows = await self._context.store.run(lambda session: list(session.scalars(select(ApiKeyTable))))
        self._by_text = {row.text: self._record(row) for row in rows}

    def get(self, text: str) -> KeyRecord | None:
        """Return the key of this text if there is one and it is enabled."""
        record = self._by_text.get(text)
        return record if record is not None and record.is_enabled else None

    def used(self, record: KeyRecord) -> None:
        """Note that a key was used now; written with the next flush."""
        record.last_used = self._context.now()
        if record.is_enabled:
            self._used[record.text] = record.last_used

    def of_user(self, user_id: int) -> list[KeyRecord]:
        """Return all keys of a user, oldest first."""
        found = (record for record in self._by_text.values() if record.user_id == user_id)
        return sorted(found, key=lambda record: (record.created, record.text))

    async def create(
        self,
        user_id: int,
        label: str = "",
        permissions: KeyPermission = USUAL_PERMISSIONS,
        networks: list[str] | None = None,
        public_key: str = "",
        place: Place = SPOT_PLACE,
        first: Callable[[Session], None] | None = None,
    ) -> NewKey:
        """Make a key: HMAC with a secret of our own, or RSA or Ed25519 by its public key in PEM.

        `first` is done in the same transaction. Raises UNKNOWN_USER, KEYS_TOO_MANY, PUBLIC_KEY_REFUSED,
        ADDRESS_MALFORMED, ADDRESSES_REQUIRED, MALFORMED, and what `first` raises.
        """
        secret = "" if public_key else _random_text()
        bounds = self._networks(networks or [])
        self._require_addresses(permissions, bounds)
        row = self._row(user_id, _checked_label(label), permissions, bounds, place)
        if public_key:
            row.kind, row.public_key = public_key_verifier(public_key, self._context.rules.rsa_bits_min)[0], public_key
        else:
            row.secret = self._context.vault.encrypt(secret.encode(), _place(row.text))
        await self._context.store.run(lambda session: self._add(session, row, first))
        record = self._by_text[row.text] = self._record(row)
        return NewKey(record, secret)

    async def change(
        self,
        user_id: int,
        text: str,
        label: str | None = None,
        permissions: KeyPermission | None = None,
        networks: list[str] | None = None,
        is_enabled: bool | None = None,
    ) -> KeyRecord:
        """Change what is given of a user's key; kind and secret never change. Raises KEY_UNKNOWN and as `create`."""
        record = self._require(user_id, text)
        new = KeySettings(
            record.label if label is None else _checked_label(label),
            record.permissions if permissions is None else _checked_permissions(permissions),
            record.networks if networks is None else self._networks(networks),
            record.is_enabled if is_enabled is None else is_enabled,
        )
        self._require_addresses(new.permissions, new.networks)
        _require_fitting(record, new.permissions)
        change = update(ApiKeyTable).where(ApiKeyTable.text == text).values(**new.columns())
        await self._context.store.run(lambda session: session.execute(change))
        record.label, record.permissions = new.label, new.permissions
        record.networks, record.is_enabled, record.last_address = new.networks, new.is_enabled, ""
        return record

    def may_withdraw(
        self, user_id: int, text: str, permissions: KeyPermission | None = None, is_enabled: bool | None = None
    ) -> bool:
        """Whether a user's key may withdraw once it is changed so. Raises KEY_UNKNOWN."""
        record = self._require(user_id, text)
        is_usable = record.is_enabled if is_enabled is None else is_enabled
        return is_usable and KeyPermission.WITHDRAWAL in (record.permissions if permissions is None else permissions)

    async def delete(self, user_id: int, *texts: str) -> None:
        """Delete keys of a user, all or none; they work no more from this moment. Raises KEY_UNKNOWN."""
        for record in [self._require(user_id, text) for text in texts]:
            self._forget(record)
        removal = delete(ApiKeyTable).where(ApiKeyTable.text.in_(texts))
        await self._context.store.run(lambda session: session.execute(removal))

    async def delete_all(self, user_id: int, place: Place, first: Callable[[Session], None]) -> None:
        """Delete all keys of one account of a user; `first` is done in the same transaction."""
        mine = (ApiKeyTable.user_id == user_id, ApiKeyTable.wallet == place[0], ApiKeyTable.pair == place[1])

        def work(session: Session) -> None:
            first(session)
            session.execute(delete(ApiKeyTable).where(*mine))

        await self._context.store.run(work)
        # A key that was still being made when the transaction began is in memory by now.
        for record in self.of_user(user_id):
            if record.place == place:
                self._forget(record)

    async def flush(self) -> None:
        """Write when keys were last used."""
        used, self._used = self._used, {}
        if used:
            rows = [{"text": text, "last_used": time} for text, time in used.items()]
            await self._context.store.run(lambda session: session.execute(update(ApiKeyTable), rows))

    def _row(
        self, user_id: int, label: str, permissions: KeyPermission, networks: tuple[Network, ...], place: Place
    ) -> ApiKeyTable:
        """Return the row of a new HMAC key without its secret."""
        return ApiKeyTable(
            text=_random_text(),
            user_id=user_id,
            label=label,
            kind=KeyKind.HMAC,
            permissions=int(_checked_permissions(permissions)),
            networks=_joined(networks),
            created=self._context.now(),
            last_used=0,
            is_enabled=True,
            wallet=place[0],
            pair=place[1],
        )

    def _add(self, session: Session, row: ApiKeyTable, first: Callable[[Session], None] | None) -> None:
        """Write a new key unless its user has too many, special ones among them."""
        require_user(session, row.user_id)
        if first is not None:
            first(session)
        texts = session.scalars(select(ApiKeyTable.text).where(ApiKeyTable.user_id == row.user_id)).all()
        if len(texts) >= self._context.rules.keys_per_user_max:
            most = self._context.rules.keys_per_user_max
            raise IdentityFault(Fault.KEYS_TOO_MANY, f"a user has at most {most} keys")
        session.add(row)

    def _forget(self, record: KeyRecord) -> None:
        """Let a key work no more from this moment."""
        record.is_enabled = False
        self._by_text.pop(record.text)
        self._used.pop(record.text, None)

    def _require(self, user_id: int, text: str) -> KeyRecord:
        """Return a user's own key."""
        record = self._by_text.get(text)
        if record is None or record.user_id != user_id:
            raise IdentityFault(Fault.KEY_UNKNOWN, "you have no such key")
        return record

    def _record(self, row: ApiKeyTable) -> KeyRecord:
        """Return the record of a row, ready to verify."""
        return KeyRecord(
            text=row.text,
            user_id=row.user_id,
            label=row.label,
            kind=KeyKind(row.kind),
            permissions=KeyPermission(row.permissions),
            networks=tuple(ipaddress.ip_network(each) for each in row.networks.split()),
            created=row.created,
            last_used=row.last_used,
            is_enabled=row.is_enabled,
            verifier=self._verifier(row),
            place=(row.wallet, row.pair),
        )

    def _verifier(self, row: ApiKeyTable) -> Verifier:
        """Return what checks the signatures of a row's key."""
        if row.public_key is not None:
            # A key stays good if the least size is raised later.
            return public_key_verifier(row.public_key, rsa_bits_min=0)[1]
        assert row.secret is not None
        return HmacVerifier(self._context.vault.decrypt(row.secret, _place(row.text)))

    def _require_addresses(self, permissions: KeyPermission, networks: tuple[Network, ...]) -> None:
        """Raise ADDRESSES_REQUIRED for a key that may withdraw from anywhere; a sandbox takes a list of everything."""
        is_listed = is_bounded(networks) if self._context.rules.is_withdrawal_guarded else bool(networks)
        if KeyPermission.WITHDRAWAL in permissions and not is_listed:
            raise IdentityFault(Fault.ADDRESSES_REQUIRED, "a key that may withdraw has the addresses it is used from")

    def _networks(self, texts: list[str]) -> tuple[Network, ...]:
        """Return the addresses and networks of a list. Raises ADDRESS_MALFORMED naming the first bad one."""
        most = self._context.rules.networks_per_key_max
        if len(texts) > most:
            raise IdentityFault(Fault.ADDRESS_MALFORMED, f"a key has at most {most} addresses")
        return tuple(_network(text) for text in texts)


def is_bounded(networks: tuple[Network, ...]) -> bool:
    """Whether a list of networks leaves any address out; an empty one does not."""
    return bool(networks) and all(network.prefixlen for network in networks)


def _network(text: str) -> Network:
    """Return one address or network."""
    try:
        return ipaddress.ip_network(text.strip())
    except ValueError as fault:
        raise IdentityFault(Fault.ADDRESS_MALFORMED, f"{text[:60]!r} is no IP address or network") from fault


def _joined(networks: tuple[Network, ...]) -> str:
    """Return networks as they stand in the table."""
    return " ".join(str(network) for network in networks)


def _checked_label(label: str) -> str:
    """Return a label that is short enough and printable."""
    if len(label) > LABEL_LENGTH_MAX or not label.isprintable():
        raise IdentityFault(Fault.MALFORMED, f"a label has at most {LABEL_LENGTH_MAX} printable characters")
    return label


def _checked_permissions(permissions: KeyPermission) -> KeyPermission:
    """Return permissions that exist."""
    if int(permissions) & ~int(ALL_PERMISSIONS):
        raise IdentityFault(Fault.MALFORMED, f"permissions {int(permissions)} do not exist")
    return KeyPermission(permissions)


def _require_fitting(record: KeyRecord, permissions: KeyPermission) -> None:
    """Raise MALFORMED where a special key would be allowed to move money."""
    if record.is_special and int(permissions) & ~int(SPECIAL_PERMISSIONS):
        raise IdentityFault(Fault.MALFORMED, "a special key may READ and TRADE only")


def _random_text() -> str:
    """Return a new key or secret: 64 letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(TEXT_LENGTH))


def _place(text: str) -> str:
    """Where a key's secret belongs."""
    return f"api key {text}"
