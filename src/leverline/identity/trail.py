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
    reference: str = ""
    """The request's name; empty where it is older than references, or came from elsewhere."""


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
        self._entries.append(CashEntry(commit.sequence, *_meant(command)))

    def was_taken(self, command: Deposit | Withdraw, baseline: int) -> bool | None:
        """Whether this command was accepted after sequence `baseline`; None if that is no longer known.

        By its reference it is told from all others. One that has none, of an older venue, is told by being equal.
        """
        is_full = len(self._entries) == self._entries.maxlen
        if is_full and self._entries[0].sequence > baseline + 1:
            return None
        wanted = _meant(command)
        return any(entry.sequence > baseline and astuple(entry)[1:] == wanted for entry in self._entries)

    def has_deposit(self, user_id: int, asset: str, reference: str) -> bool:
        """Whether a deposit of this reference was accepted, as far back as the trail goes."""
        wanted = (user_id, True, asset, reference)
        return any((each.user_id, each.is_deposit, each.asset, each.reference) == wanted for each in self._entries)

    def save(self) -> bytes:
        """Return the state for the venue's snapshot."""
        return json.dumps([self.sequence, *map(astuple, self._entries)]).encode()

    def load(self, data: bytes, form: int = 1) -> None:
        """Take the state of a snapshot."""
        self.sequence, *entries = json.loads(data)
        self._entries.clear()
        self._entries.extend(CashEntry(*entry) for entry in entries)


def _meant(command: Deposit | Withdraw) -> tuple[int, bool, str, int, str]:
    """Return all of an entry but its number."""
    return command.user_id, isinstance(command, Deposit), command.asset, command.amount, command.reference
