"""The state that a data folder leads to, for questions about it; the folder is only read."""

import logging
from collections.abc import Callable
from pathlib import Path

from leverline.engine.engine import Engine
from leverline.journal.port import JournalFault
from leverline.journal.snapshots import SnapshotFileFault, read_snapshot, snapshot_files
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.data import identity_of
from leverline.venue.reading import FolderReader
from leverline.venue.recovery import engine_of, rerun

ParametersOf = Callable[[str, str], VenueParameters]
"""Gives the parameters of a rule set and a mode."""
_log = logging.getLogger("leverline.venue")


def engine_in(path: Path, parameters_of: ParametersOf) -> Engine:
    """Return the engine after the last record of a data folder, also while a venue runs on it.

    Raises NothingThere, ForeignJournal, JournalFault, RecoveryRefused.
    """
    reader = FolderReader(path)
    parameters = parameters_of(reader.meta.get("rule_set", ""), reader.meta.get("mode", ""))
    identity = identity_of(parameters, reader.meta.get("mode", ""))
    identity.require(reader.meta, str(reader.folder.journal))
    engine = _begun(reader, parameters)
    rerun(engine, reader.records(engine.commands_applied + 1, identity))
    return engine


def _begun(reader: FolderReader, parameters: VenueParameters) -> Engine:
    """Return the engine of the newest snapshot that can be read, or the empty one."""
    for _, path in reversed(snapshot_files(reader.folder.snapshots)):
        try:
            return engine_of(read_snapshot(path), path, parameters)
        except SnapshotFileFault as fault:
            _log.warning("snapshot passed over: %s", fault)
    if reader.first != 1:
        raise JournalFault(f"the journal begins at {reader.first}, and no snapshot leads there")
    return Engine(parameters)
