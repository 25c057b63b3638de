"""The engine: one command at a time, in order, each with its time; events out."""

from typing import Final

from leverline.engine.command_form import CHECKED, brief, type_fault
from leverline.engine.commands import Command, PlaceOrder
from leverline.engine.core import Core
from leverline.engine.dispatch import handle
from leverline.engine.events import Refused
from leverline.engine.handlers.pending import settle
from leverline.engine.preview import Preview, preview, refused_preview
from leverline.engine.snapshot import load_state, save_state, state_digest
from leverline.engine.timers import Timers
from leverline.kernel.events import Event
from leverline.kernel.time import DAY, SECOND
from leverline.ledger.balances import ledger_balances
from leverline.ledger.conservation import conservation_faults
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

TIME_MIN: Final = 1_230_940_800 * SECOND
"""3 January 2009, Bitcoin's first block. An earlier time is not one in microseconds."""
TIME_MAX: Final = 253_402_300_800 * SECOND
"""Start of the year 10000. A later time is not one in microseconds either."""
STEP_MAX: Final = 400 * DAY
"""Time moves by at most so much in one command: each of its hours is charged in turn."""


class Engine:
    """The deterministic core as one object. The same commands at the same times give the same events and state hash."""

    def __init__(self, parameters: VenueParameters) -> None:
        self.core: Core = Core(parameters)
        self.timers: Timers = Timers(self.core)
        self.commands_applied: int = 0

    @property
    def time(self) -> int:
        """Venue time of the last command in microseconds."""
        return self.core.log.time

    def apply(self, command: Command, time: int) -> list[Event]:
        """Apply `command` at venue time `time` and return what happened, in order.

        First comes what time brings (interest, expiries, liquidation rounds), then the command. A refused command
        changes nothing and ends the list with `Refused`. Refused before anything else are words of a wrong type, a
        time before the venue's, and one that is in no market's time or more than `STEP_MAX` away.
        """
        core = self.core
        log = core.log
        self.commands_applied += 1
        core.begin()
        fault = type_fault(command) if type(command) in CHECKED else ""
        if not fault and (type(time) is not int or time != log.time):
            fault = self._time_fault(time)
        if fault:
            log.emit(Refused(Refusal.MALFORMED, fault))
            return log.drain()
        if time < log.time:
            log.emit(Refused(Refusal.TIME_BEFORE_VENUE, f"time {time} is before the venue's {log.time}"))
            return log.drain()
        self.timers.advance(time)
        refusal = handle(core, command)
        if refusal is not None:
            log.emit(Refused(refusal, core.detail, core.kept))
        settle(core)
        return log.drain()

    def _time_fault(self, time: int) -> str:
        """Return what is wrong with a time that no venue could have, or would not reach in one step."""
        if type(time) is not int or not TIME_MIN <= time < TIME_MAX:
            return f"time {brief(time)} is not one in microseconds since 1970, of a time with markets"
        if self.timers.next_hour and time > self.core.log.time + STEP_MAX:
            return f"time {time} is more than {STEP_MAX} microseconds, 400 days, after the venue's: go in steps"
        return ""

    def preview(self, command: PlaceOrder) -> Preview:
        """Return what `command` would do if it were applied at the present time, or why it would be refused.

        Nothing changes: time stands still and the state is the same afterwards.
        """
        fault = type_fault(command) if type(command) in CHECKED else ""
        return refused_preview(command, Refusal.MALFORMED, fault) if fault else preview(self.core, command)

    def state_hash(self) -> str:
        """Return the SHA-256 of the whole state, as hexadecimal text."""
        return state_digest(self.core, self.timers)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes, from which `restore` goes on exactly as this engine would."""
        return save_state(self.core, self.timers, self.commands_applied)

    def conservation_faults(self) -> list[str]:
        """Return one sentence per broken ledger invariant (rule 1.4); empty means that every unit is accounted for."""
        return conservation_faults(self.core.ledger)

    def balances(self) -> dict[tuple[str, str, str], int]:
        """Return every balance that is not zero: (owner, bucket, asset) → amount, debts as negative amounts.

        Owners are `wallet:ID`, `world`, `pool`, `income`, `fees`, `fund` and `house`.
        """
        return ledger_balances(self.core.ledger)


def restore(parameters: VenueParameters, snapshot: bytes) -> Engine:
    """Return an engine with the state of `snapshot`, taken under the same parameters."""
    engine = Engine(parameters)
    engine.commands_applied = load_state(engine.core, engine.timers, snapshot)
    return engine
