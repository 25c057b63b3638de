"""A flat stream of integers, texts and truths: what a snapshot is made of."""


class SnapshotFault(ValueError):
    """A snapshot that cannot be restored; the message says why."""


class Sink:
    """Takes values in order."""

    def __init__(self) -> None:
        self.values: list[object] = []

    def put(self, value: object) -> None:
        """Append an int, str or bool."""
        self.values.append(value)

    def put_all(self, values: list[int]) -> None:
        """Append a list of integers with its length."""
        self.values.append(len(values))
        self.values.extend(values)


class Source:
    """Gives values back in order."""

    def __init__(self, values: list[object]) -> None:
        self.values: list[object] = values
        self.position: int = 0

    def _next(self) -> object:
        """Return the next value; raises SnapshotFault at the end."""
        if self.position >= len(self.values):
            raise SnapshotFault("the snapshot ends too early")
        value = self.values[self.position]
        self.position += 1
        return value

    def integer(self) -> int:
        """Return the next value, an int."""
        value = self._next()
        if not isinstance(value, int):
            raise SnapshotFault(f"value {self.position} is no integer: {value!r}")
        return value

    def text(self) -> str:
        """Return the next value, a str."""
        value = self._next()
        if not isinstance(value, str):
            raise SnapshotFault(f"value {self.position} is no text: {value!r}")
        return value

    def truth(self) -> bool:
        """Return the next value, a bool."""
        value = self._next()
        if not isinstance(value, bool):
            raise SnapshotFault(f"value {self.position} is no truth: {value!r}")
        return value

    def integers(self) -> list[int]:
        """Return the next list of integers."""
        return [self.integer() for _ in range(self.integer())]

    def finish(self) -> None:
        """Raise SnapshotFault unless everything was read."""
        if self.position != len(self.values):
            raise SnapshotFault("the snapshot has more values than the state")
