"""The data folder of one venue: its layout, its lock, and what it weighs."""

import fcntl
import gzip
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from leverline.journal.syncing import sync_folder

_LOCK: Final = "lock"
_DRAFT: Final = ".part"
_OWNERS: Final = 0o700
"""Users, orders and balances are nobody else's business: a folder made here is its owner's alone."""


class FolderFault(Exception):
    """The data folder cannot be used; the message names it and says why."""


class FolderInUse(FolderFault):
    """Another process runs a venue on the folder."""


class DataFolder:
    """`journal/`, `snapshots/` and `archive/` below one path. Looking at it makes nothing; `open` does, and locks."""

    def __init__(self, path: Path) -> None:
        self.path: Path = path
        self.journal: Path = path / "journal"
        self.snapshots: Path = path / "snapshots"
        self.archive: Path = path / "archive"
        self._lock: int = -1

    def open(self) -> Self:
        """Make what is missing and hold the folder until `close`, or the end of the process.

        Raises FolderInUse naming the process that holds it, FolderFault when it cannot be made or written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(mode=_OWNERS, exist_ok=True)
            for folder in (self.journal, self.snapshots, self.archive):
                folder.mkdir(exist_ok=True)
            self._take_lock()
            sync_folder(self.path)
        except OSError as fault:
            raise FolderFault(f"{self.path} cannot be used as data folder: {fault.strerror or fault}") from fault
        for folder in (self.journal, self.snapshots, self.archive):
            for draft in folder.glob(f"*{_DRAFT}*"):
                draft.unlink(missing_ok=True)
        return self

    def _take_lock(self) -> None:
        """Lock the folder and write down who holds it."""
        descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise FolderInUse(
                f"{self.path} is in use by process {holder}: one venue at a time runs on a data folder"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._lock = descriptor

    def close(self) -> None:
        """Let another process have the folder."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        """Open it."""
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def bytes_used(self) -> int:
        """Return the size of everything in the folder, in bytes."""
        return sum(size_of(Path(place, name)) for place, _, names in os.walk(self.path) for name in names)

    def bytes_free(self) -> int:
        """Return what the file system still takes, in bytes."""
        return shutil.disk_usage(self.path).free

    def remove(self, file: Path) -> None:
        """Remove a file for good. Raises OSError."""
        file.unlink()
        sync_folder(file.parent)

    def put_in_archive(self, file: Path) -> None:
        """Move a file to the archive, compressed; it leaves its place only when it is safe there. Raises OSError."""
        target = self.archive / f"{file.name}.gz"
        draft = target.with_name(target.name + _DRAFT)
        with file.open("rb") as source, draft.open("wb") as sink:
            with gzip.GzipFile(filename=file.name, fileobj=sink, mode="wb", compresslevel=6, mtime=0) as packed:
                shutil.copyfileobj(source, packed, 1 << 20)
            sink.flush()
            os.fsync(sink.fileno())
        draft.rename(target)
        sync_folder(self.archive)
        self.remove(file)


def size_of(file: Path) -> int:
    """Return the size of a file in bytes; 0 if it has just gone."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
