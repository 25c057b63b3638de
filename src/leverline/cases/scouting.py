"""A first run over the journal: which account a case is of, and at which command its story begins."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from leverline.cases.faults import CaseFault
from leverline.cases.names import CaseName
from leverline.engine.codec import CommandFault
from leverline.engine.engine import Engine
from leverline.journal.port import Record
from leverline.kernel.time import HOUR, MINUTE
from leverline.liquidation.events import LiquidationStarted
from leverline.margin.account import MARGIN_CALL
from leverline.margin.events import AccountOpened, StatusChanged
from leverline.venue.records import decode_record

LEAD: Final = 10 * MINUTE
"""A story begins so long before the account left the bands without a margin call."""
TIME_MAX: Final = 24 * HOUR
COMMANDS_MAX: Final = 200_000
"""And no longer, and no more commands, before the lock."""

FROM_CALL: Final = "ten minutes before the margin call"
FROM_LOCK: Final = "ten minutes before the lock"
FROM_TIME: Final = "a day before the lock, when the margin call had begun already"
FROM_COMMANDS: Final = f"{COMMANDS_MAX} commands before the lock"
FROM_OPENING: Final = "the opening of the account"
FROM_STATE: Final = "the oldest state that is kept"
BEGINNINGS: Final = (FROM_CALL, FROM_LOCK, FROM_TIME, FROM_COMMANDS, FROM_OPENING, FROM_STATE)


class Scout:
    """Runs an engine up to a case's first command and remembers where the accounts left the safe bands."""

    def __init__(self, engine: Engine, name: CaseName) -> None:
        self.engine = engine
        self.name = name
        self.first: int = engine.commands_applied + 1
        self.times: array[int] = array("q")
        """Time of each command that was run."""
        self.endangered: dict[int, int] = {}
        """Number of the command that brought an account into a margin call or below it, by wallet."""
        self.called: set[int] = set()
        """Wallets of those that are, or were on their way down, in the band of the margin call."""
        self.opened: dict[int, int] = {}
        """Number of the command that opened an account, by wallet, of those that were not there yet."""
        for user in engine.core.users.values():
            for account in user.margin_accounts():
                if account.status >= MARGIN_CALL:
                    self.endangered[account.wallet_id] = self.first
                    self.called.add(account.wallet_id)

    def run(self, records: Iterable[Record]) -> tuple[CaseName, int, str]:
        """Return the case with its wallet, the first command of its story and why that one. Raises CaseFault."""
        for sequence, body in records:
            try:
                time, command = decode_record(body)
            except CommandFault as fault:
                raise CaseFault(f"command {sequence} cannot be read: {fault}") from fault
            events = self.engine.apply(command, time)
            self.times.append(time)
            if sequence == self.name.sequence:
                started = [event.wallet_id for event in events if isinstance(event, LiquidationStarted)]
                return self._found(self._wallet(started))
            for event in events:
                if isinstance(event, StatusChanged):
                    self._note(sequence, event)
                elif isinstance(event, AccountOpened):
                    self.opened.setdefault(event.wallet_id, sequence)
        raise CaseFault(f"the journal has no command {self.name.sequence}")

    def _note(self, sequence: int, event: StatusChanged) -> None:
        """Note that an account came into danger, or out of it."""
        if event.new < MARGIN_CALL:
            self.endangered.pop(event.wallet_id, None)
            self.called.discard(event.wallet_id)
        else:
            self.endangered.setdefault(event.wallet_id, sequence)
            if event.new == MARGIN_CALL:
                self.called.add(event.wallet_id)

    def _wallet(self, started: list[int]) -> int:
        """Return the wallet of the case. Raises CaseFault."""
        if not started:
            raise CaseFault(f"command {self.name.sequence} began no liquidation")
        wallet_id = self.name.wallet_id or started[0]
        if wallet_id not in started:
            raise CaseFault(f"command {self.name.sequence} began no liquidation of wallet {wallet_id}")
        if not self.name.wallet_id and len(started) > 1:
            names = ", ".join(str(CaseName(self.name.sequence, each)) for each in started)
            raise CaseFault(f"command {self.name.sequence} began {len(started)} liquidations: which of {names}?")
        return wallet_id

    def _found(self, wallet_id: int) -> tuple[CaseName, int, str]:
        """Return where the story of a wallet begins."""
        last = self.name.sequence
        entered = self.endangered.get(wallet_id, last)
        begun = [
            (self._at(self.times[entered - self.first] - LEAD), FROM_CALL if wallet_id in self.called else FROM_LOCK),
            (self._at(self.times[last - self.first] - TIME_MAX), FROM_TIME),
            (self.opened.get(wallet_id, 0) + 1, FROM_OPENING),
            (max(last - COMMANDS_MAX, self.first), FROM_COMMANDS),
        ]
        first, why = max(begun, key=lambda each: each[0])
        return CaseName(last, wallet_id), first, FROM_STATE if first == self.first else why

    def _at(self, time: int) -> int:
        """Return the number of the first command at `time` or later."""
        return self.first + bisect_left(self.times, time)
