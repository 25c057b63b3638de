"""Opening a segment: to write on, or to look at it and leave no trace."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from leverline.journal.port import JournalFault
from leverline.journal.segment import CHECKPOINT_PAGES, Segment, companions


def open_segment(path: Path) -> Segment:
    """Return a segment to append to and to read; its thread may change. Raises JournalFault."""
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            return Segment(path, connection)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as fault:
        raise JournalFault(f"{path}: {fault}") from fault


def fold_log(path: Path) -> bool:
    """Copy what a crash or a reader left in the log of a finished segment into its file; return whether all is there.

    Raises JournalFault.
    """
    log = companions(path)[0]
    if log.exists():
        open_segment(path).close()
    return not log.exists() or not log.stat().st_size


@contextmanager
def looked_at(path: Path) -> Iterator[Segment]:
    """Give a segment to read from, also while a venue writes on it; no file is made or changed beside it.

    A log whose index is gone (a copied folder) would be indexed anew beside it: such a segment is read from a copy.
    """
    log, index, _ = companions(path)
    if not log.exists() or not log.stat().st_size:
        with _opened(path, path, "mode=ro&immutable=1") as segment:
            yield segment
    elif index.exists():
        with _opened(path, path, "mode=ro") as segment:
            yield segment
    else:
        with tempfile.TemporaryDirectory(prefix="leverline-") as folder:
            for file in (path, log):
                shutil.copy(file, folder)
            copy = Path(folder, path.name)
            with _opened(path, copy, "mode=rw") as segment:
                yield segment


@contextmanager
def _opened(path: Path, place: Path, options: str) -> Iterator[Segment]:
    """Open the file at `place`, and call it `path` in faults."""
    try:
        connection = sqlite3.connect(f"file:{quote(str(place))}?{options}", uri=True, isolation_level=None)
    except sqlite3.Error as fault:
        raise JournalFault(f"{path}: {fault}") from fault
    try:
        yield Segment(path, connection)
    finally:
        connection.close()
