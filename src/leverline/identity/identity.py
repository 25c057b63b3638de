"""Identity as one object: opens the store, finishes what a crash left, and hands out its parts."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sqlalchemy.orm import Session

from leverline.identity.context import Clock, Context, Submit, wall_clock
from leverline.identity.faults import IdentityStartFault
from leverline.identity.grants import Grants
from leverline.identity.keys import ApiKeys, KeyRecord
from leverline.identity.ready_user import ReadyUsers
from leverline.identity.rules import IdentityRules
from leverline.identity.schema import SettingTable
from leverline.identity.store import Store
from leverline.identity.users import UserRow, Users
from leverline.identity.vault import Vault, VaultFault

_SLOW_THREADS: Final = 2
_PROOF: Final = "master key"


class Identity:
    """Users, API keys, sessions and all that leads to an open account.

    `submit` sends a command to the venue and returns its commit once durable; `next_user_id` is the engine's next free
    id. Start after the venue, stop before it.
    """

    def __init__(
        self,
        url: str,
        secrets: Vault,
        submit: Submit,
        rules: IdentityRules,
        next_user_id: Callable[[], int],
        now: Clock = wall_clock,
        not_taken: tuple[type[Exception], ...] = (),
    ) -> None:
        self._pool = ThreadPoolExecutor(_SLOW_THREADS, "identity-slow")
        self._context = Context(Store(url), secrets, rules, submit, self._pool, now, not_taken)
        self.users = Users(self._context, next_user_id)
        self.grants = Grants(self._context)
        self.keys = ApiKeys(self._context)
        self._ready_users = ReadyUsers(self._context, self.users, self.grants)
        self._flushing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the store and finish what was begun. Raises IdentityStartFault for another master key."""
        await self._context.store.open()
        await self._context.store.run(self._prove_key)
        await self.keys.load()
        await self.users.finish()
        await self.grants.finish()
        self._flushing = asyncio.create_task(self._flush_often())

    async def stop(self) -> None:
        """Write what is only in memory and close the store."""
        if self._flushing is not None:
            self._flushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._flushing
            await self._flush()
        await self._context.store.close()
        self._pool.shutdown()

    def key(self, text: str) -> KeyRecord | None:
        """Return the enabled API key of this text, from memory."""
        return self.keys.get(text)

    async def create_ready_user(
        self, mail: str | None = None, vip_level: int = 0, is_margin: bool = True, is_pro: bool = True
    ) -> UserRow:
        """Make a user who may trade on margin at once (sandbox only)."""
        return await self._ready_users.create(mail, vip_level, is_margin, is_pro)

    async def _flush_often(self) -> None:
        """Write times of use now and then."""
        while True:
            await asyncio.sleep(self._context.rules.flush_seconds)
            await self._flush()

    async def _flush(self) -> None:
        """Write times of use."""
        await self.keys.flush()

    def _prove_key(self, session: Session) -> None:
        """The first start leaves a proof of the master key; later ones must be able to read it."""
        proof = session.get(SettingTable, _PROOF)
        vault = self._context.vault
        if proof is None:
            session.add(SettingTable(name=_PROOF, value=vault.encrypt(_PROOF.encode(), _PROOF)))
            return
        try:
            vault.decrypt(proof.value, _PROOF)
        except VaultFault as fault:
            raise IdentityStartFault("the identity store was made with another master key") from fault
