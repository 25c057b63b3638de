"""Browser sessions: a random token in a cookie, only its hash here; looked up in memory by every request."""

import hmac
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.schema import SessionTable
from leverline.identity.vault import new_token
from leverline.kernel.time import SECOND

_WORDS_MAX = 200


@dataclass(slots=True)
class SessionRecord:
    """One session. `session_id` names it in lists and is no secret; `csrf` goes to the page. Times in microseconds."""

    session_id: str
    user_id: int
    csrf: str
    created: int
    last_seen: int
    address: str
    agent: str
    token_hash: bytes

    def is_csrf(self, text: str) -> bool:
        """Whether a request carries this session's CSRF token."""
        return text.isascii() and hmac.compare_digest(self.csrf, text)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just begun: `token` is the cookie's value and is told this once."""

    token: str
    record: SessionRecord


class Sessions:
    """All sessions by the hash of their tokens. They end by idleness, by age, or by being ended."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_hash: dict[bytes, SessionRecord] = {}
        self._seen: set[bytes] = set()

    async def load(self) -> None:
        """Read all sessions into memory."""
        rows = await self._context.store.run(lambda session: list(session.scalars(select(SessionTable))))
        self._by_hash = {row.token_hash: self._record(row) for row in rows}

    def get(self, token: str) -> SessionRecord | None:
        """Return the session of a cookie if it lives, and note that it was seen."""
        token_hash = self._context.vault.digest(token, "session")
        record = self._by_hash.get(token_hash)
        if record is None or not self._is_alive(record):
            return None
        record.last_seen = self._context.now()
        self._seen.add(token_hash)
        return record

    async def begin(self, user_id: int, address: str, agent: str) -> NewSession:
        """Begin a session of a user who has proved who he is."""
        token = new_token()
        now = self._context.now()
        row = SessionTable(
            token_hash=self._context.vault.digest(token, "session"),
            user_id=user_id,
            created=now,
            last_seen=now,
            address=address[:_WORDS_MAX],
            agent=agent[:_WORDS_MAX],
        )
        await self._context.store.run(lambda session: session.add(row))
        record = self._by_hash[row.token_hash] = self._record(row)
        return NewSession(token, record)

    def of_user(self, user_id: int) -> list[SessionRecord]:
        """Return a user's living sessions, newest first."""
        found = [each for each in self._by_hash.values() if each.user_id == user_id and self._is_alive(each)]
        return sorted(found, key=lambda record: record.created, reverse=True)

    async def end(self, user_id: int, session_id: str) -> None:
        """End one of a user's sessions: sign out. Raises SESSION_UNKNOWN."""
        found = [each for each in self.of_user(user_id) if each.session_id == session_id]
        if not found:
            raise IdentityFault(Fault.SESSION_UNKNOWN, "you have no such session")
        await self._end(found)

    async def end_all(self, user_id: int, keep: str = "") -> None:
        """End all of a user's sessions but the one of id `keep`."""
        await self._end(
            [each for each in self._by_hash.values() if each.user_id == user_id and each.session_id != keep]
        )

    async def flush(self) -> None:
        """Write when sessions were last seen and drop the dead ones."""
        seen, self._seen = self._seen, set()
        await self._end([record for record in self._by_hash.values() if not self._is_alive(record)])
        living = [self._by_hash[each] for each in sorted(seen) if each in self._by_hash]
        rows = [{"token_hash": each.token_hash, "last_seen": each.last_seen} for each in living]
        if rows:
            await self._context.store.run(lambda session: session.execute(update(SessionTable), rows))

    async def _end(self, records: list[SessionRecord]) -> None:
        """End sessions, in memory at once."""
        hashes = [record.token_hash for record in records]
        for each in hashes:
            self._by_hash.pop(each, None)
        if hashes:
            removal = delete(SessionTable).where(SessionTable.token_hash.in_(hashes))
            await self._context.store.run(lambda session: session.execute(removal))

    def _is_alive(self, record: SessionRecord) -> bool:
        """Neither idle for too long nor too old."""
        now, rules = self._context.now(), self._context.rules
        is_idle = now - record.last_seen > rules.session_idle_seconds * SECOND
        return not is_idle and now - record.created <= rules.session_seconds * SECOND

    def _record(self, row: SessionTable) -> SessionRecord:
        """Return the record of a row; the CSRF token follows from the token's hash and the master key."""
        name = row.token_hash.hex()
        csrf = self._context.vault.digest(name, "csrf").hex()
        return SessionRecord(
            name[:32], row.user_id, csrf, row.created, row.last_seen, row.address, row.agent, row.token_hash
        )
