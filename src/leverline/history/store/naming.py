"""By what a venue's history is known as its own: a name made by chance, kept in its data folder."""

import secrets
from pathlib import Path
from typing import Final

from leverline.journal.syncing import write_whole

NAME_BYTES: Final = 16


def venue_name(file: Path) -> str:
    """Return the name of the venue whose data folder holds `file`; a new one the first time. Raises OSError."""
    if not file.exists():
        write_whole(file, secrets.token_hex(NAME_BYTES) + "\n")
    return file.read_text().strip()
