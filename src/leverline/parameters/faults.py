"""What is wrong with a parameter file, and where."""


class ParameterFault(Exception):
    """A parameter file that cannot be trusted. Names the file, the row and the reason.

    `row` is the line number in the file, counting the header as 1; 0 speaks of the file as a whole.
    """

    def __init__(self, file: str, row: int, reason: str) -> None:
        super().__init__(f"{file}, row {row}: {reason}")
        self.file = file
        self.row = row
        self.reason = reason


class Place:
    """One row of one file: where a figure was read and where a fault in it is reported."""

    def __init__(self, file: str, line: int) -> None:
        self.file = file
        self.line = line

    def fault(self, reason: str) -> ParameterFault:
        """Return the fault that blames this row for `reason`."""
        return ParameterFault(self.file, self.line, reason)

    def require(self, is_sound: bool, reason: str) -> None:
        """Raise ParameterFault with `reason` unless `is_sound`."""
        if not is_sound:
            raise self.fault(reason)

    def accept(self, reason: str) -> None:
        """Raise ParameterFault with `reason` unless it is empty."""
        if reason:
            raise self.fault(reason)
