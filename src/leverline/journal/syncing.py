"""Making files and names durable."""

import os
from pathlib import Path


def sync_path(path: Path) -> None:
    """Wait until a file's contents are on disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(file: Path, text: str, mode: int = 0o666) -> None:
    """Write a file anew, whole or not at all, with the rights of `mode` less the umask; durable on return.

    Raises OSError.
    """
    draft = file.with_name(file.name + ".part")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk: what was made, renamed or removed there. Raises OSError."""
    sync_path(folder)
