"""What a data file can be reproached with, in one line."""


class BarFault(Exception):
    """A data file that cannot be trusted. `line` counts the header as 1; 0 speaks of the file as a whole."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}" if line else f"{file}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


def shortened(text: str, most: int = 60) -> str:
    """Return `text` in quotes, cut where it is longer than a message should quote."""
    return repr(text if len(text) <= most else text[:most] + "…")
