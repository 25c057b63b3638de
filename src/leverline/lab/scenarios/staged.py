"""A venue that proves itself after every command."""

from decimal import Decimal
from itertools import pairwise

from leverline.engine.commands import Command
from leverline.engine.engine import Engine, restore
from leverline.engine.state.stream import SnapshotFault
from leverline.inprocess import Venue
from leverline.kernel.events import Event
from leverline.liquidation.events import CLOSED, LiquidationEnded, LiquidationStep
from leverline.rulebook.parameters import VenueParameters


class Broken(Exception):
    """The venue broke a law that holds in every story."""


class StagedVenue(Venue):
    """A `Venue` that checks after every command: conservation, the fund's ledger, and that no step made it worse."""

    def __init__(self, parameters: VenueParameters, fund: Decimal) -> None:
        self.commands: list[tuple[Command, int]] = []
        self.begun = 0
        """How many of the events came before the story."""
        super().__init__(parameters, fund)

    def _send_at(self, command: Command, time: int) -> list[Event]:
        """Apply one command and prove the state after it."""
        before = len(self.events)
        self.commands.append((command, time))
        try:
            return super()._send_at(command, time)
        finally:
            self._prove(type(command).__name__, self.events[before:])

    @property
    def story(self) -> list[Event]:
        """The events since the story began."""
        return self.events[self.begun :]

    def restart(self, is_torn: bool) -> None:
        """Stop and go on from a snapshot; from a torn one nothing may come, and the commands bring all back."""
        data, state = self.engine.snapshot(), self.engine.state_hash()
        if is_torn:
            self._refuse(data[: len(data) // 2])
            self.engine = self.again()
        else:
            self.engine = restore(self.parameters, data)
        if self.engine.state_hash() != state:
            raise Broken("the state after the restart is not the state before it")

    def again(self) -> Engine:
        """Return an engine that all commands so far have been applied to again."""
        engine = Engine(self.parameters)
        for command, time in self.commands:
            engine.apply(command, time)
        return engine

    def prove_replay(self) -> None:
        """Prove that the commands alone, and the snapshot alone, give the state that was reached."""
        state = self.engine.state_hash()
        if self.again().state_hash() != state:
            raise Broken("the same commands give another state")
        if restore(self.parameters, self.engine.snapshot()).state_hash() != state:
            raise Broken("the snapshot gives another state")

    def _refuse(self, data: bytes) -> None:
        """Prove that a torn snapshot is refused."""
        try:
            restore(self.parameters, data)
        except SnapshotFault:
            return
        raise Broken("a torn snapshot became a venue")

    def _prove(self, name: str, events: list[Event]) -> None:
        """Raise Broken with the first law that does not hold after the command `name`."""
        faults = [*self.conservation_faults(), *self._fund_faults(), *worsenings(events)]
        for fault in faults:
            raise Broken(f"after {name}: {fault}")

    def _fund_faults(self) -> list[str]:
        """Return the assets of which the fund's ledger does not sum to what it holds (rule 11.7)."""
        core = self.engine.core
        sums = dict.fromkeys(core.ledger.venue, 0)
        for (_, _, asset), total in core.liquidator.fund.totals.items():
            sums[asset] += total
        return [
            f"{asset}: the fund's ledger sums to {total}, it holds {core.ledger.venue[asset].fund}"
            for asset, total in sums.items()
            if total != core.ledger.venue[asset].fund
        ]


def worsenings(events: list[Event]) -> list[str]:
    """Return which steps did not raise the level (rule 11.2b); one after which nothing is owed left none to raise."""
    return [
        f"a liquidation step took the level from {event.level_before} to {event.level_after}"
        for event, follower in pairwise([*events, None])
        if isinstance(event, LiquidationStep)
        and event.level_after <= event.level_before
        and not _is_closed_by(event, follower)
    ]


def _is_closed_by(step: LiquidationStep, follower: Event | None) -> bool:
    """Whether the event right after a step is the end of its liquidation, all debts repaid."""
    return isinstance(follower, LiquidationEnded) and follower.wallet_id == step.wallet_id and follower.reason == CLOSED
