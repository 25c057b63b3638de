"""What the engine has done with cash, kept in the venue's snapshots: the memory against double payment."""

import json
from collections import deque
from dataclasses import astuple, dataclass

from leverline.engine.commands import Deposit, Withdraw
from leverline.engine.commit import Commit
from leverline.identity.users import USER_ID_FIRST


@dataclass(frozen=True, slots=True)
class CashEntry:
    """One accepted deposit or withdrawal of a user. `amount` in 10⁻⁸."""

    sequence: int
    user_id: int
    is_deposit: bool
    asset: str
    amount: int


class CashTrail:
    """The last accepted deposits and withdrawals by sequence number, kept with the engine's own snapshots.

    After a restart it is exactly as far as the engine is, whatever the SQL side managed to write. Attach it before the
    venue starts.
    """

    name: str = "identity-cash"
    forms: tuple[int, ...] = (1,)

    def __init__(self, length: int) -> None:
        self.sequence = 0
        self._entries: deque[CashEntry] = deque(maxlen=length)

    def take(self, commit: Commit) -> None:
        """Note a durable commit."""
        self.sequence = commit.sequence
        command = commit.command
        if not isinstance(command, Deposit | Withdraw) or command.user_id < USER_ID_FIRST or commit.refused:
            return
        is_deposit = isinstance(command, Deposit)
        self._entries.append(CashEntry(commit.sequence, command.user_id, is_deposit, command.asset, command.amount))

    def was_taken(self, command: Deposit | Withdraw, baseline: int) -> bool | None:
        """Whether an equal command was accepted after sequence `baseline`; None if that is no longer known."""
        is_full = len(self._entries) == self._entries.maxlen
        if is_full and self._entries[0].sequence > baseline + 1:
            return None
        wanted = (command.user_id, isinstance(command, Deposit), command.asset, command.amount)
        return any(entry.sequence > baseline and astuple(entry)[1:] == wanted for entry in self._entries)

    def save(self) -> bytes:
        """Return the state for the venue's snapshot."""
        return json.dumps([self.sequence, *map(astuple, self._entries)]).encode()

    def load(self, data: bytes, form: int = 1) -> None:
        """Take the state of a snapshot."""
        self.sequence, *entries = json.loads(data)
        self._entries.clear()
        self._entries.extend(CashEntry(*entry) for entry in entries)
