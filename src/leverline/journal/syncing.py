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


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk: what was made, renamed or removed there. Raises OSError."""
    sync_path(folder)
