"""Making a case file from a data folder, which is only read; a venue may run on it."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import leverline
from leverline.cases.case_file import FORMAT, CaseFile, Extract, pack_records, packed
from leverline.cases.faults import CaseFault
from leverline.cases.names import CaseName
from leverline.cases.running import run_case
from leverline.cases.scouting import FROM_STATE, Scout
from leverline.engine.engine import Engine
from leverline.journal.port import Record
from leverline.journal.snapshots import SnapshotFileFault, read_snapshot, snapshot_files
from leverline.venue.looking import ParametersOf, VenueFolder
from leverline.venue.recovery import engine_of, rerun

_log = logging.getLogger(__name__)


def make_case_file(path: Path, parameters_of: ParametersOf, name: CaseName) -> CaseFile:
    """Return the file of a case that the journal in a data folder still tells of.

    Raises CaseFault, NothingThere, ForeignJournal, JournalFault, RecoveryRefused.
    """
    return _Making(path, parameters_of, name).run()


class _Making:
    """One case of one folder."""

    def __init__(self, path: Path, parameters_of: ParametersOf, name: CaseName) -> None:
        folder = VenueFolder(path, parameters_of)
        self.reader, self.mode = folder.reader, folder.mode
        self.parameters, self.identity = folder.parameters, folder.identity
        self.name = name
        self.kept: list[bytes] = []
        """Records of the extract."""

    def run(self) -> CaseFile:
        """Find the beginning, go there again, keep the state, and run the case to its end."""
        name, first, why, begin_again = self._scouted()
        engine = begin_again()
        rerun(engine, self._until(engine.commands_applied + 1, first))
        state, before = engine.snapshot(), engine.state_hash()
        document = run_case(engine, name, self._keeping(first), why)
        extract = Extract(
            version=leverline.__version__, rule_set=self.identity.rule_set, mode=self.mode,
            parameters=self.identity.parameters, catalogue=self.identity.catalogue, begins_after=first - 1,
            ends_with=engine.commands_applied, state_hash_before=before, state_hash_after=engine.state_hash(),
            state=packed(state), commands=pack_records(self.kept),
        )  # fmt: skip
        return CaseFile(FORMAT, str(name), why, document, extract)

    def _scouted(self) -> tuple[CaseName, int, str, Callable[[], Engine]]:
        """Return what a scout found, and the state to begin with: an older one where the story began before.

        Raises CaseFault.
        """
        found = None
        for engine, begin in self._beginnings():
            found = *Scout(engine, self.name).run(self._records(engine.commands_applied + 1)), begin
            if found[2] != FROM_STATE:
                break
        if found is None:
            raise CaseFault(
                f"the journal of command {self.name.sequence} is no longer at hand: it begins at {self.reader.first}, "
                f"and no snapshot leads to it; older parts may be in {self.reader.folder.archive}"
            )
        return found

    def _beginnings(self) -> Iterator[tuple[Engine, Callable[[], Engine]]]:
        """Yield each state from which the journal leads to the case, and what makes it again, the newest first.

        A snapshot is read once: beside a running venue its file may be gone the next moment.
        """
        for sequence, path in reversed(snapshot_files(self.reader.folder.snapshots)):
            if self.reader.first - 1 <= sequence < self.name.sequence:
                try:
                    snapshot = read_snapshot(path)
                    engine = engine_of(snapshot, path, self.parameters)
                except SnapshotFileFault as fault:
                    _log.warning("snapshot passed over: %s", fault)
                    continue
                yield engine, partial(engine_of, snapshot, path, self.parameters)
        if self.reader.first == 1:
            yield Engine(self.parameters), partial(Engine, self.parameters)

    def _records(self, first: int) -> Iterator[Record]:
        """Yield the journal's records from `first` on."""
        return self.reader.records(first, self.identity)

    def _until(self, first: int, end: int) -> Iterator[Record]:
        """Yield the records from `first` on, before `end`."""
        if first < end:
            for sequence, body in self._records(first):
                if sequence >= end:
                    return
                yield sequence, body

    def _keeping(self, first: int) -> Iterator[Record]:
        """Yield the records from `first` on, and keep each that was asked for."""
        for sequence, body in self._records(first):
            self.kept.append(body)
            yield sequence, body
