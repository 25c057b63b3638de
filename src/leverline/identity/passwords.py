"""Passwords: argon2id in a thread of the pool, and the same work whether a user exists or not."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.vault import new_token

T = TypeVar("T")


class Passwords:
    """Hashes and checks passwords with the cost that the rules name."""

    def __init__(self, context: Context) -> None:
        rules = context.rules
        self._context = context
        self._hasher = PasswordHasher(rules.argon2_time_cost, rules.argon2_memory_kib, rules.argon2_parallelism)
        self._decoy = ""

    async def open(self) -> None:
        """Make the hash against which the passwords of unknown users are checked."""
        self._decoy = await self._slow(lambda: self._hasher.hash(new_token()))

    async def hash(self, password: str) -> str:
        """Return the hash of a new password. Raises PASSWORD_WEAK if it is too short or too long."""
        rules = self._context.rules
        if not rules.password_length_min <= len(password) <= rules.password_length_max:
            bounds = f"{rules.password_length_min} to {rules.password_length_max}"
            raise IdentityFault(Fault.PASSWORD_WEAK, f"a password has {bounds} characters")
        return await self._slow(lambda: self._hasher.hash(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the hash's. Without a hash the same work is done for nothing, and it is not."""
        most = self._context.rules.password_length_max + 1
        is_right = await self._slow(lambda: self._matches(password_hash or self._decoy, password[:most]))
        return is_right and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with another cost than the rules name now."""
        return self._hasher.check_needs_rehash(password_hash)

    def _matches(self, password_hash: str, password: str) -> bool:
        """Check one hash."""
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _slow(self, work: Callable[[], T]) -> T:
        """Run `work` in the pool."""
        return await asyncio.get_running_loop().run_in_executor(self._context.pool, work)
