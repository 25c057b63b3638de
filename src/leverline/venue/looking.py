"""A venue's data folder as one asks about it: whose it is, and the state that it leads to; it is only read."""

import logging
from collections.abc import Callable
from pathlib import Path

from leverline.engine.engine import Engine
from leverline.journal.identity import Identity
from leverline.journal.port import JournalFault
from leverline.journal.snapshots import SnapshotFileFault, read_snapshot, snapshot_files
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.data import identity_of
from leverline.venue.reading import FolderReader
from leverline.venue.recovery import engine_of, rerun

ParametersOf = Callable[[str, str], VenueParameters]
"""Gives the parameters of a rule set and a mode."""
_log = logging.getLogger("leverline.venue")


class VenueFolder:
    """A folder whose journal was made under known figures. Raises NothingThere, ForeignJournal, JournalFault."""

    def __init__(self, path: Path, parameters_of: ParametersOf) -> None:
        self.reader: FolderReader = FolderReader(path)
        self.mode: str = self.reader.meta.get("mode", "")
        self.parameters: VenueParameters = parameters_of(self.reader.meta.get("rule_set", ""), self.mode)
        self.identity: Identity = identity_of(self.parameters, self.mode)
        self.identity.require(self.reader.meta, str(self.reader.folder.journal))


def engine_in(path: Path, parameters_of: ParametersOf) -> Engine:
    """Return the engine after the last record of a data folder, also while a venue runs on it.

    Raises NothingThere, ForeignJournal, JournalFault, RecoveryRefused.
    """
    folder = VenueFolder(path, parameters_of)
    engine = _begun(folder)
    rerun(engine, folder.reader.records(engine.commands_applied + 1, folder.identity))
    return engine


def _begun(folder: VenueFolder) -> Engine:
    """Return the engine of the newest snapshot that can be read and that the journal goes on from, or the empty one."""
    reader = folder.reader
    for sequence, path in reversed(snapshot_files(reader.folder.snapshots)):
        try:
            if sequence + 1 >= reader.first:
                return engine_of(read_snapshot(path), path, folder.parameters)
        except SnapshotFileFault as fault:
            _log.warning("snapshot passed over: %s", fault)
    if reader.first != 1:
        raise JournalFault(f"the journal begins at {reader.first}, and no snapshot leads there")
    return Engine(folder.parameters)
