"""Which rows acts are under way on, so that what a fault left half done is told from what another is just doing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class UnderWay:
    """Numbers of rows, each with how many acts there are on it; of the loop's thread only."""

    def __init__(self) -> None:
        self._acts: Counter[int] = Counter()

    @contextmanager
    def on(self, number: int) -> Iterator[bool]:
        """Be under way on a row; yields whether no other act was, when this one began."""
        is_alone = not self._acts[number]
        self._acts[number] += 1
        try:
            yield is_alone
        finally:
            self._acts[number] -= 1
            if not self._acts[number]:
                del self._acts[number]
