"""What the forked child of a snapshot does: write the state down, prove that it can be restored, and end.

The child is a copy of the venue at one moment. It has one thread, must touch nothing that it shares with its parent
(sockets, the journal, the folder's lock), and never returns into the parent's code.
"""

import gc
import os
import resource
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

import leverline
from leverline.engine.engine import Engine, restore
from leverline.journal.snapshots import ENGINE, Snapshot, publish_draft, read_snapshot, write_draft
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.subscribers import Keeper

DONE: Final = b"done"
"""What the child says when the snapshot is written and proven; anything else is its reason why not."""
_FAULT_MAX: Final = 1_000
_STANDARD: Final = 3
_NICENESS: Final = 10
"""The child has time; the venue has not."""


class SnapshotDiffers(Exception):
    """What was restored from a snapshot is not what was written: a bug."""


def run_child(
    pipe: int, folder: Path, engine: Engine, keepers: Sequence[Keeper], parameters: VenueParameters
) -> NoReturn:
    """Take the snapshot, tell the parent through `pipe` how it went, and end the process."""
    try:
        leave_the_parent(pipe)
        take_snapshot(folder, engine, keepers, parameters)
        words = DONE
    except BaseException as fault:
        words = f"{type(fault).__name__}: {fault}".encode()[:_FAULT_MAX]
    try:
        os.write(pipe, words)
    finally:
        os._exit(0)


def leave_the_parent(pipe: int) -> None:
    """Let go of the parent's files and signals, so that nothing of it outlives it in the child."""
    gc.disable()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.closerange(_STANDARD, pipe)
    os.closerange(pipe + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    os.nice(_NICENESS)


def take_snapshot(folder: Path, engine: Engine, keepers: Sequence[Keeper], parameters: VenueParameters) -> Path:
    """Write the snapshot of a state at rest, restore it from the file, and only then give it its name.

    Loads the keepers anew from the file: for a process that ends afterwards. Raises OSError, SnapshotDiffers.
    """
    sections = {ENGINE: engine.snapshot()} | {keeper.name: keeper.save() for keeper in keepers}
    forms = {keeper.name: keeper.forms[-1] for keeper in keepers}
    sequence = engine.commands_applied
    snapshot = Snapshot(sequence, engine.time, engine.state_hash(), sections, forms, leverline.__version__)
    draft = write_draft(folder, snapshot)
    try:
        written = read_snapshot(draft)
        if restore(parameters, written.sections[ENGINE]).state_hash() != written.state_hash:
            raise SnapshotDiffers(f"the state restored from the snapshot after command {sequence} is another one")
        for keeper in keepers:
            keeper.load(written.sections[keeper.name], written.forms[keeper.name])
        return publish_draft(draft, sequence)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
