"""An identity over the real engine, on a database of its own; what is durable outlives a `Death`."""

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, select
from tests.migrated import migrated_quickly

from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.identity import Identity, IdentityRules, Vault, load_rules
from leverline.identity.schema import Base
from leverline.identity.store import Store
from leverline.parameters import load_parameters
from leverline.rulebook.parameters import VenueParameters

T = TypeVar("T")
NOON = 1_764_331_200_000_000
MASTER_KEY = bytes(range(32))


class Death(BaseException):
    """The process was killed here."""


class World:
    """A venue and the machine under it: the engine's state and the database survive, identities come and go."""

    def __init__(self, url: str, sandbox: bool = True) -> None:
        self.url = url
        self.engine = Engine(parameters())
        self.sequence = 0
        self.commands: list[Commit] = []
        self.now = NOON
        self.rules = fast(load_rules(sandbox=sandbox))
        self.steps_to_live = -1
        self.door: Callable[[Command], Coroutine[Any, Any, Commit]] = self.submit
        self.takers: list[Callable[[Commit], None]] = []
        self.lives: list[Identity] = []

    def identity(self, vault: Vault | None = None, **options: Any) -> Identity:
        """A fresh process's identity, not started; `options` are more of its settings."""
        identity = Identity(
            self.url,
            vault or Vault(MASTER_KEY),
            self._submit,
            self.rules,
            self._next_user_id,
            now=lambda: self.now,
            not_taken=(BlockingIOError,),
            **options,
        )
        self.lives.append(identity)
        self.takers = [identity.trail.take]
        for commit in self.commands:
            identity.trail.take(commit)
        return identity

    def apply(self, command: Command) -> Commit:
        """Apply and keep a command, as the venue's journal does."""
        self.sequence += 1
        commit = Commit(self.sequence, self.now, command, self.engine.apply(command, self.now))
        self.commands.append(commit)
        for take in self.takers:
            take(commit)
        return commit

    async def submit(self, command: Command) -> Commit:
        """The venue's door; the process may die before or after the command is durable."""
        self.step()
        commit = self.apply(command)
        self.step()
        await asyncio.sleep(0)
        return commit

    async def _submit(self, command: Command) -> Commit:
        """The door as a test may have replaced it."""
        return await self.door(command)

    def step(self) -> None:
        """One durable step more; die if it was the last."""
        if self.steps_to_live == 0:
            raise Death
        self.steps_to_live -= 1

    def stored(self) -> bytes:
        """All that lies in the database: its files, or where those are not ours every value of every row."""
        url = make_url(self.url)
        if url.get_backend_name() == "sqlite":
            file = Path(url.database or "")
            return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        with self.connected() as connection:
            rows = [row for table in Base.metadata.sorted_tables for row in connection.execute(select(table))]
        values = (value for row in rows for value in row)
        return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A hand in the database."""
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def _next_user_id(self) -> int:
        """The engine's next free id as a test may have replaced it."""
        return self.next_user_id()

    def next_user_id(self) -> int:
        """The engine's next free id."""
        return max(self.engine.core.users, default=0) + 1

    def run(self, work: Callable[[Identity], Coroutine[Any, Any, T]], **options: Any) -> T:
        """Start a process, do `work` in it and stop it cleanly; raises Death if `steps_to_live` are used up before."""

        async def life() -> T:
            identity = self.identity(**options)
            await identity.start()
            found = await work(identity)
            await identity.stop()
            return found

        try:
            with self.counted_store(), migrated_quickly():
                return asyncio.run(life())
        finally:
            self.bury()

    def run_until_killed(self, steps: int, work: Callable[[Identity], Coroutine[Any, Any, Any]]) -> bool:
        """Start a process and kill it after `steps` durable steps of `work`; return whether it died of that."""

        async def life() -> None:
            identity = self.identity()
            await identity.start()
            self.steps_to_live = steps
            await work(identity)

        try:
            with self.counted_store(), migrated_quickly():
                asyncio.run(life())
        except Death:
            return True
        finally:
            self.steps_to_live = -1
            self.bury()
        return False

    def bury(self) -> None:
        """Do for processes that died what the machine does: end their threads and close their connections."""
        while self.lives:
            store = self.lives.pop()._context.store
            store._thread.shutdown()
            store._close()

    @contextmanager
    def counted_store(self) -> Iterator[None]:
        """Each unit of SQL is a step before and a step after."""
        plain = Store.run

        async def counted(store: Store, unit: Callable[[Any], Any]) -> Any:
            self.step()
            found = await plain(store, unit)
            self.step()
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Store, "run", counted)
            yield


@cache
def parameters() -> VenueParameters:
    """The venue's parameters, which nothing changes."""
    return load_parameters()


def fast(rules: IdentityRules) -> IdentityRules:
    """Rules whose password hash costs little."""
    return dataclasses.replace(rules, argon2_time_cost=1, argon2_memory_kib=8, argon2_parallelism=1)
