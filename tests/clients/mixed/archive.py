"""A venue's whole journal: a sandbox lets old segments and snapshots go, so they are linked elsewhere before."""

import os
import shutil
from pathlib import Path

PARTS = {"journal": "*.sqlite", "snapshots": "*.snapshot"}
ROOT_SUFFIXES = (".id", ".json", ".seed")
"""Of the small files beside them that a history is written anew with."""


class Archive:
    """Keeps what comes up in a data folder, so that in the end there is a folder with all of it."""

    def __init__(self, data: Path, folder: Path) -> None:
        self.data, self.folder = data, folder
        for part in PARTS:
            (folder / part).mkdir(parents=True)

    def keep(self) -> None:
        """Link what is new; a file that is just going is passed over, for its successor is there."""
        for part, pattern in PARTS.items():
            for file in (self.data / part).glob(pattern):
                kept = self.folder / part / file.name
                if not kept.exists():
                    os.link(file, kept)

    def close(self) -> Path:
        """Keep the last of a stopped venue; return the folder of the whole journal."""
        self.keep()
        for file in self.data.iterdir():
            if file.suffix in ROOT_SUFFIXES:
                shutil.copy(file, self.folder / file.name)
        return self.folder
