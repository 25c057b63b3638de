"""What `leverline history` does: tell how far the database reaches, and write it anew from the journal."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from leverline.bootstrap import SEED_FILE, VENUE_FILE, StartFault, archive_of, history_url
from leverline.cli.progress import Told, bar_of
from leverline.config import Settings
from leverline.engine.commit import Commit
from leverline.history.history import History
from leverline.history.store.archive import Archive
from leverline.history.store.database import Database, Watermark, opening
from leverline.history.store.faults import HistoryStoreFault
from leverline.history.store.naming import venue_name
from leverline.history.store.rebuilding import begin_again
from leverline.identity.rules import load_rules
from leverline.identity.trail import CashTrail
from leverline.journal.folder import DataFolder
from leverline.journal.snapshots import snapshot_files
from leverline.journal.sqlite_journal import SqliteJournal
from leverline.parameters import parameters_of
from leverline.rulebook.parameters import VenueParameters
from leverline.sandbox.past.keeper import HistoryWithPast, seed_of_past
from leverline.venue.data import open_journal
from leverline.venue.listing import utc_text
from leverline.venue.reading import FolderReader, NothingThere
from leverline.venue.recovery import Recovered, RecoveryRefused, recover
from leverline.venue.subscribers import Keeper

STEP: Final = 1_000
"""The bar moves on after so many commands."""


def status_lines(settings: Settings) -> list[str]:
    """Return what there is to say of a venue's database of history. Raises StartFault, HistoryStoreFault."""
    with database_of(settings) as database, opening():
        mark = database.watermark()
    return ["the database is empty"] if mark is None else _reach(mark)


@contextmanager
def database_of(settings: Settings) -> Iterator[Database]:
    """Give a venue's database of history as it is, for reading. Raises StartFault, HistoryStoreFault."""
    folder = DataFolder(Path(settings.data))
    url = history_url(settings, folder)
    file = url.removeprefix("sqlite:///")
    if file != url and not Path(file).exists():
        raise StartFault(f"{file} is not there: no venue has written a history in {folder.path}")
    with closing(Database(url)) as database, opening():
        if not database.has_tables():
            raise StartFault(f"no venue has written a history in the database of {folder.path}")
        yield database


def _reach(mark: Watermark) -> list[str]:
    """Return the words about a watermark."""
    whole = (
        "from the first command on" if mark.since == 0 else f"after command {mark.since}, {utc_text(mark.since_time)}"
    )
    return [f"written up to command {mark.sequence}, {utc_text(mark.time)}", f"whole {whole}"]


def as_begun(settings: Settings) -> Settings:
    """Return settings with the rule set and mode that their data folder was begun with, if there is a journal in it."""
    try:
        meta = FolderReader(Path(settings.data)).meta
    except NothingThere:
        return settings
    rules, mode = meta.get("rule_set", settings.rules), meta.get("mode", settings.mode)
    return msgspec.structs.replace(settings, rules=rules, mode=mode)


def rebuild_history(settings: Settings, is_replacing: bool) -> Iterator[str]:
    """Write a stopped venue's history anew, and yield what there is to say. Raises the faults of a start."""
    settings = as_begun(settings)
    with DataFolder(Path(settings.data)) as folder:
        parameters = parameters_of(settings.rules, settings.mode)
        journal = open_journal(folder, parameters, settings.mode)
        try:
            yield from _Rebuilding(settings, folder, journal, parameters, is_replacing).run()
        finally:
            journal.close()


class _Rebuilding:
    """One run over a folder's journal."""

    def __init__(
        self, settings: Settings, folder: DataFolder, journal: SqliteJournal, parameters: VenueParameters,
        is_replacing: bool,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.folder = folder
        self.journal = journal
        self.parameters = parameters
        self.is_replacing = is_replacing
        self.history = History(parameters)
        self.history.tell(False)
        self.begun: int | None = None
        """The command after which it began; None as long as nothing is written."""

    def run(self) -> Iterator[str]:
        """Run the journal again and write what comes of it."""
        with closing(archive_of(self.settings, self.folder, self.history)) as archive:
            archive.database.open()
            self._recover(archive)
            mark, begun = archive.mark, self.begun
            assert mark is not None and begun is not None
        yield f"{self.journal.last - begun} commands run again, from command {begun + 1} on"
        if mark.since < begun:
            yield f"rows up to command {begun} are as they were"
        elif begun:
            yield f"of older commands there is what the snapshot after command {begun} knows"
        written, time = archive.writer.written
        if written < self.journal.last:
            raise HistoryStoreFault(f"the database took commands up to {written} only, of {self.journal.last}")
        yield from _reach(Watermark(written, time, mark.since, mark.since_time, ""))

    def _recover(self, archive: Archive) -> None:
        """Begin as early as can be, once. Raises RecoveryRefused with the last reason where nothing serves."""
        places = [0] if self.journal.first == 1 else []
        places += [sequence for sequence, _ in snapshot_files(self.folder.snapshots)]
        refusal = RecoveryRefused(f"{self.folder.path} holds neither the first command nor a snapshot")
        for reach in places:
            try:
                with bar_of("commands") as told:
                    recover(
                        self.folder.snapshots, self.journal, self.parameters, self._keepers(), reach=reach,
                        begun=partial(self._begin, archive, told),
                    )  # fmt: skip
                return
            except RecoveryRefused as fault:
                if self.begun is not None:
                    raise
                refusal = fault
        raise refusal

    def _begin(self, archive: Archive, told: Told, found: Recovered) -> Callable[[Commit], None]:
        """Make the database ready, and return who is told of each command."""
        self.begun = found.snapshot
        name = venue_name(self.folder.path / VENUE_FILE)
        writer = begin_again(archive, name, found.snapshot, found.engine.time, self.is_replacing)
        last = self.journal.last

        def take(commit: Commit) -> None:
            writer.take_again(commit)
            if commit.sequence % STEP == 0 or commit.sequence == last:
                told(commit.sequence - found.snapshot, last - found.snapshot)

        return take

    def _keepers(self) -> Sequence[Keeper]:
        """Return who keeps something in this venue's snapshots."""
        is_sandbox = self.settings.mode == "sandbox"
        trail = CashTrail(load_rules(is_sandbox).trail_length)
        if is_sandbox:
            seed = seed_of_past(self.folder.path / SEED_FILE, self.settings.sandbox.seed)
            return [HistoryWithPast(self.history, self.parameters, seed), trail]
        return [self.history, trail]
