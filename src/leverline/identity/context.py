"""What every part of identity works with."""

import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypeAlias

from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.identity.errands import Errands
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.rules import IdentityRules
from leverline.identity.store import Store
from leverline.identity.vault import Vault
from leverline.kernel.time import SECOND

Submit: TypeAlias = Callable[[Command], Awaitable[Commit]]
"""Sends a command to the venue and returns once it is durable."""

Clock: TypeAlias = Callable[[], int]
"""Tells the time in microseconds since 1970."""


def wall_clock() -> int:
    """The machine's clock: sessions and tokens age by it even where a sandbox drives the venue's time."""
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True)
class Context:
    """The store, the vault, the rules, a pool for slow work, and the way to the engine."""

    store: Store
    vault: Vault
    rules: IdentityRules
    submit: Submit
    pool: Executor
    now: Clock = wall_clock
    not_taken: tuple[type[Exception], ...] = field(default=())
    """Exceptions of `submit` after which the command is sure not to have been taken, such as a full inbox."""
    is_gate_closed: Callable[[], bool] = lambda: False
    """Whether withdrawals pause (rule 11.10)."""
    owes_loan: Callable[[int], bool] = lambda _user_id: False
    """Whether a user's family owes a liquidation loan, which bars withdrawals (rule 16.5); asked in the loop."""
    errands: Errands = field(default_factory=Errands)
    """Acts that are done whole whoever waits for them."""

    def after(self, seconds: int) -> int:
        """The time `seconds` from now."""
        return self.now() + seconds * SECOND

    async def send(self, command: Command) -> Commit:
        """Submit a command; raises VENUE_UNAVAILABLE if it is sure not to have been taken."""
        try:
            return await self.submit(command)
        except self.not_taken as fault:
            raise IdentityFault(Fault.VENUE_UNAVAILABLE, "the venue is busy: try again") from fault

    async def must(self, command: Command) -> None:
        """Send a command that the engine has no reason to refuse; raises VENUE_REFUSED if it does."""
        commit = await self.send(command)
        if commit.refused is not None:
            raise IdentityFault(Fault.VENUE_REFUSED, f"{commit.refused.refusal.name}: {commit.refused.detail}")
