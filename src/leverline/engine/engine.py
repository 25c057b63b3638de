"""The engine: one command at a time, in order, each with its time; events out."""

from typing import Final

from leverline.engine.commands import Command
from leverline.engine.core import Core
from leverline.engine.dispatch import handle
from leverline.engine.events import Refused
from leverline.engine.snapshot import load_state, save_state, state_digest
from leverline.engine.timers import Timers
from leverline.kernel.decimals import shown
from leverline.kernel.events import Event
from leverline.kernel.time import SECOND
from leverline.ledger.balances import ledger_balances
from leverline.ledger.conservation import conservation_faults
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

TIME_MAX: Final = 253_402_300_800 * SECOND
"""Start of the year 10000. A later time is not one of microseconds; no venue could run what falls due until then."""


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
        changes nothing and ends the list with `Refused`. A time before the venue's or beyond `TIME_MAX` is refused.
        """
        core = self.core
        log = core.log
        self.commands_applied += 1
        core.detail = ""
        if time < log.time:
            log.emit(Refused(Refusal.TIME_BEFORE_VENUE, f"time {shown(time)} is before the venue's {log.time}"))
            return log.drain()
        if time >= TIME_MAX:
            log.emit(Refused(Refusal.MALFORMED, f"time {shown(time)} is not one of microseconds since 1970"))
            return log.drain()
        self.timers.advance(time)
        refusal = handle(core, command)
        if refusal is not None:
            log.emit(Refused(refusal, core.detail))
        core.settle()
        return log.drain()

    def state_hash(self) -> str:
        """Return the SHA-256 of the whole state, as hexadecimal text."""
        return state_digest(self.core, self.timers)

    def snapshot(self) -> bytes:
        """Return the whole state as bytes, from which `restore` goes on exactly as this engine would."""
        return save_state(self.core, self.timers)

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
    load_state(engine.core, engine.timers, snapshot)
    return engine
