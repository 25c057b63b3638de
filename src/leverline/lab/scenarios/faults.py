"""What is wrong with a scenario file, and where."""

from pathlib import Path


class ScenarioFault(Exception):
    """A file that is no scenario, or asks for what cannot be: names file, line and what."""

    def __init__(self, file: Path, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}" if line else f"{file}: {what}")
        self.file = file
        self.line = line
        """From 1; 0 where it is the file as a whole."""
        self.what = what


class CannotBe(Exception):
    """What cannot be carried out or looked up as it is written; the caller knows file and line."""
