"""What the build keeps between runs in the user's cache folder: finished pieces under keys of what decides them."""

import os
import shutil
import tempfile
from pathlib import Path

ENTRIES_KEPT = 6


def cache_folder(kind: str) -> Path:
    """Return the folder of pieces of a kind, or a passing one where the user's cache cannot be written."""
    try:
        base = os.environ.get("XDG_CACHE_HOME")
        folder = (Path(base) if base else Path.home() / ".cache") / "leverline" / kind
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):
        pass
    return Path(tempfile.mkdtemp(prefix="leverline-cache-"))


def keep(made: Path, entry: Path) -> None:
    """Copy a finished piece into the cache in one step, so that no one sees half of it."""
    with tempfile.TemporaryDirectory(prefix=".new-", dir=entry.parent) as staging:
        shutil.copytree(made, Path(staging) / "piece")
        try:
            os.rename(Path(staging) / "piece", entry)
        except OSError:
            if not entry.exists():
                raise


def touch(entry: Path) -> None:
    """Mark a piece as used now, and drop all but the newest of its kind, so that the cache stays bounded."""
    os.utime(entry)
    pieces = sorted((path for path in entry.parent.iterdir() if not path.name.startswith(".")), key=os.path.getmtime)
    for piece in pieces[:-ENTRIES_KEPT]:
        shutil.rmtree(piece, ignore_errors=True)
