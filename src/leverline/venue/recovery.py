"""From a data folder to a running state: the newest valid snapshot, then the journal's tail.

What cannot be proven whole is refused: a journal that does not reach back to the snapshot, a snapshot of commands that
the journal does not have. Nothing is guessed.
"""

import gc
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from leverline.engine.codec import CommandFault
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine, restore
from leverline.journal.port import Journal, Record
from leverline.journal.snapshots import ENGINE, Snapshot, SnapshotFileFault, read_snapshot, snapshot_files
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.records import decode_record
from leverline.venue.sections import check_sections, load_sections
from leverline.venue.subscribers import Keeper

_log = logging.getLogger(__name__)


class RecoveryRefused(Exception):
    """The folder's state cannot be proven whole; the message says what is missing."""


@dataclass
class Recovered:
    """A state as it was after the journal's last record."""

    engine: Engine
    snapshot: int = 0
    """Sequence of the snapshot it began with; 0 if it began with the first command."""
    commands: int = 0
    """How many commands were run again."""
    remarks: list[str] = field(default_factory=list)
    """What was found damaged and passed over."""


Begun = Callable[[Recovered], Callable[[Commit], None]]


def recover(
    snapshots: Path, journal: Journal, parameters: VenueParameters, keepers: Sequence[Keeper] = (), *,
    reach: int | None = None, begun: Begun | None = None,
) -> Recovered:  # fmt: skip
    """Return the engine after the journal's last record, and bring `keepers` there too.

    It begins with no later a snapshot than that after the command `reach`: who was told of commits up to there has
    missed none then. `begun` is called at the beginning and names who else is told of what follows. Raises
    RecoveryRefused, and JournalFault for a damaged journal.
    """
    found = _begin(snapshots, journal, parameters, keepers, reach)
    for remark in found.remarks:
        _log.warning("%s", remark)
    takers: list[Callable[[Commit], None]] = [keeper.take for keeper in keepers]
    if begun is not None:
        takers.append(begun(found))
    with _without_collector():
        found.commands = rerun(found.engine, journal.read(found.snapshot + 1), takers)
    return found


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the cyclic collector away: a growing state would be swept again and again, and commits have no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def rerun(engine: Engine, records: Iterable[Record], takers: Sequence[Callable[[Commit], None]] = ()) -> int:
    """Run records through an engine, tell `takers` of each, and return how many there were. Raises RecoveryRefused."""
    count = 0
    for sequence, body in records:
        try:
            time, command = decode_record(body)
        except CommandFault as fault:
            raise RecoveryRefused(f"record {sequence} is of no version known here: {fault}") from fault
        events = engine.apply(command, time)
        count += 1
        if takers:
            commit = Commit(sequence, time, command, events)
            for take in takers:
                take(commit)
    return count


def _begin(
    snapshots: Path, journal: Journal, parameters: VenueParameters, keepers: Sequence[Keeper], reach: int | None
) -> Recovered:
    """Return the state to go on from: that of the newest valid snapshot, or the empty one."""
    fresh = [(keeper, keeper.save()) for keeper in keepers]
    files = snapshot_files(snapshots)
    if files and files[-1][0] > journal.last:
        raise RecoveryRefused(
            f"{files[-1][1]} holds the state after command {files[-1][0]}, but the journal ends with {journal.last}: "
            f"records were lost"
        )
    remarks: list[str] = []
    for sequence, path in reversed(files):
        if reach is not None and sequence > reach:
            remarks.append(f"snapshot passed over: {path} is of a later command than {reach}, to which history reaches")
            continue
        try:
            engine = _engine_of(sequence, path, journal, parameters, keepers)
        except (SnapshotFileFault, ValueError) as fault:
            remarks.append(f"snapshot passed over: {fault}")
        else:
            return Recovered(engine, sequence, remarks=remarks)
    if journal.first != 1:
        reasons = "; ".join(remarks) or "there is none"
        raise RecoveryRefused(f"the journal begins at {journal.first} and needs a snapshot to start from: {reasons}")
    for keeper, state in fresh:
        keeper.load(state, keeper.forms[-1])
    return Recovered(Engine(parameters), remarks=remarks)


def _engine_of(
    sequence: int, path: Path, journal: Journal, parameters: VenueParameters, keepers: Sequence[Keeper]
) -> Engine:
    """Return the engine of a snapshot file and load the keepers from it. Raises SnapshotFileFault, ValueError."""
    snapshot = read_snapshot(path)
    if snapshot.sequence != sequence:
        raise SnapshotFileFault(f"{path}: is of command {snapshot.sequence}: it was renamed")
    if journal.first > sequence + 1:
        raise SnapshotFileFault(f"{path}: the journal begins only at {journal.first}")
    check_sections(snapshot, path, keepers)
    engine = engine_of(snapshot, path, parameters)
    load_sections(snapshot, keepers)
    return engine


def engine_of(snapshot: Snapshot, path: Path, parameters: VenueParameters) -> Engine:
    """Return the engine that a snapshot holds. Raises SnapshotFileFault."""
    try:
        engine = restore(parameters, snapshot.sections[ENGINE])
    except (LookupError, ValueError) as fault:
        raise SnapshotFileFault(f"{path}: {fault}") from fault
    if engine.commands_applied != snapshot.sequence:
        raise SnapshotFileFault(
            f"{path}: its engine has seen {engine.commands_applied} commands, not {snapshot.sequence}"
        )
    return engine
