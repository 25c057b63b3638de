"""`leverline verify`: is the state that a folder leads to the state that it says?

The journal is run again from its beginning, or from the oldest snapshot that it reaches back to. On the way the
checksums are followed from record to record, each snapshot's state hash is compared with the engine's, and in the end
every unit of the ledger must be accounted for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from leverline.engine.engine import Engine
from leverline.journal.identity import Identity
from leverline.journal.port import ForeignJournal, JournalFault, Record
from leverline.journal.snapshots import Snapshot, SnapshotFileFault, read_snapshot, snapshot_files
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.looking import ParametersOf, VenueFolder
from leverline.venue.reading import FolderReader
from leverline.venue.recovery import RecoveryRefused, engine_of, rerun


@dataclass
class Findings:
    """What was checked, and what was found wrong; a sentence each."""

    checked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def verify_folder(path: Path, parameters_of: ParametersOf) -> Findings:
    """Check a data folder, also while a venue runs on it. Raises NothingThere, ForeignJournal, JournalFault."""
    folder = VenueFolder(path, parameters_of)
    return _Verification(folder.reader, folder.identity, folder.parameters).run()


class _Verification:
    """One run over a folder."""

    def __init__(self, reader: FolderReader, identity: Identity, parameters: VenueParameters) -> None:
        self.reader = reader
        self.identity = identity
        self.parameters = parameters
        self.findings = Findings()
        self.snapshots: dict[int, Snapshot] = {}

    def run(self) -> Findings:
        """Check everything and say what was found."""
        self._read_snapshots()
        engine = self._begin()
        if engine is not None:
            try:
                self._follow(engine)
            except ForeignJournal:
                raise
            except (JournalFault, RecoveryRefused) as fault:
                self.findings.faults.append(str(fault))
            else:
                self._check_ledger(engine)
        return self.findings

    def _read_snapshots(self) -> None:
        """Read every snapshot; one that a running venue has just dropped is passed over."""
        for sequence, path in snapshot_files(self.reader.folder.snapshots):
            try:
                snapshot = read_snapshot(path)
                restored = engine_of(snapshot, path, self.parameters)
            except SnapshotFileFault as fault:
                if path.exists():
                    self.findings.faults.append(str(fault))
                continue
            if snapshot.sequence != sequence or restored.state_hash() != snapshot.state_hash:
                self.findings.faults.append(f"{path}: what it holds is not the state that it names")
            else:
                self.snapshots[sequence] = snapshot

    def _begin(self) -> Engine | None:
        """Return the engine to start from."""
        if self.reader.first == 1:
            self.findings.checked.append("re-run from the first command")
            return Engine(self.parameters)
        for sequence, snapshot in sorted(self.snapshots.items()):
            if sequence + 1 >= self.reader.first:
                self.findings.checked.append(f"re-run from the snapshot after command {sequence}")
                return engine_of(snapshot, self.reader.folder.snapshots, self.parameters)
        self.findings.faults.append(f"the journal begins at {self.reader.first}, and no whole snapshot leads there")
        return None

    def _follow(self, engine: Engine) -> None:
        """Run the journal through the engine, and compare at each snapshot."""
        begun = engine.commands_applied
        records = self.reader.records(begun + 1, self.identity)
        for sequence in sorted(each for each in self.snapshots if each >= begun):
            rerun(engine, _first_of(records, sequence - engine.commands_applied))
            self._compare(engine, sequence)
        rerun(engine, records)
        count = engine.commands_applied - begun
        self.findings.checked.append(f"{count} records up to {engine.commands_applied}, every checksum in its chain")

    def _compare(self, engine: Engine, sequence: int) -> None:
        """Compare a snapshot's state hash with the engine's."""
        if engine.commands_applied != sequence:
            self.findings.faults.append(
                f"the snapshot after command {sequence} is beyond the journal's end at {engine.commands_applied}"
            )
        elif engine.state_hash() == self.snapshots[sequence].state_hash:
            self.findings.checked.append(f"snapshot after command {sequence}: the same state hash")
        else:
            self.findings.faults.append(f"the snapshot after command {sequence} has another state hash than the re-run")

    def _check_ledger(self, engine: Engine) -> None:
        """Check that every unit is accounted for."""
        faults = engine.conservation_faults()
        self.findings.faults += faults
        if not faults:
            self.findings.checked.append(f"ledger: every unit is accounted for; state hash {engine.state_hash()}")


def _first_of(records: Iterator[Record], count: int) -> Iterator[Record]:
    """Yield the next `count` records, and take no more than these."""
    for _ in range(count):
        record = next(records, None)
        if record is None:
            return
        yield record
