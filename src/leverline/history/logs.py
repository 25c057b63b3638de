"""Bounded lists of records, one per account: what all histories of accounts are kept in."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

from leverline.history.codec import decode, encode
from leverline.history.pages import Page, Timed, Wanted, Window, page_of

R = TypeVar("R", bound=Timed)

SLACK: Final = 8
"""An owner's records may be more by one part in so many before the oldest go."""


class RecordLog(Generic[R]):
    """Records by owner, oldest first: the newest `per_owner` of one, and of all the newest `in_all` additions.

    One owner's oldest records go several at a time, so that he may have an eighth more for a while. `kind` is the
    msgspec.Struct of the records; `dropped` is told of each record that leaves.
    """

    def __init__(self, kind: type[R], per_owner: int, in_all: int, dropped: Callable[[R], None] | None = None) -> None:
        self.kind: type[R] = kind
        self.per_owner: int = per_owner
        self.most: int = per_owner + per_owner // SLACK
        self.in_all: int = in_all
        self.dropped: Callable[[R], None] | None = dropped
        self.logs: dict[int, list[R]] = {}
        self.owners: deque[int] = deque()
        """Whose each addition was, oldest first; some of them have left their owner's log already."""
        self.departed: dict[int, int] = {}
        """Owner → how many of his additions in `owners` have left."""

    def add(self, owner: int, record: R) -> None:
        """Append a record, and let the oldest go where a bound is passed."""
        log = self.logs.get(owner)
        if log is None:
            log = self.logs[owner] = []
        log.append(record)
        owners = self.owners
        owners.append(owner)
        if len(log) > self.most:
            self._trim(owner, log)
        if len(owners) > self.in_all:
            self._drop_oldest()

    def of(self, owner: int) -> Iterator[R]:
        """Yield the records of one owner, newest first."""
        return reversed(self.logs.get(owner, ()))

    def newest(self, owner: int) -> R | None:
        """Return the newest record of one owner, or None."""
        log = self.logs.get(owner)
        return log[-1] if log else None

    def page(self, owner: int, window: Window, wanted: Wanted[R] | None = None) -> Page[R]:
        """Return a page of the owner's records, newest first."""
        return page_of(self.of(owner), window, wanted)

    def all_of(self, owner: int, wanted: Wanted[R]) -> list[R]:
        """Return the owner's records that are wanted, oldest first."""
        return [record for record in self.logs.get(owner, ()) if wanted(record)]

    def everything(self) -> Iterator[R]:
        """Yield all records, owner by owner, each oldest first."""
        for log in self.logs.values():
            yield from log

    def save(self) -> bytes:
        """Return all that is kept as bytes."""
        lengths = {owner: len(log) for owner, log in self.logs.items()}
        return encode((lengths, encode(list(self.everything())), list(self.owners), self.departed))

    def load(self, data: bytes) -> None:
        """Be as the log was that `save` made `data` of."""
        lengths, records, owners, departed = decode(data, tuple[dict[int, int], bytes, list[int], dict[int, int]])
        rows = decode(records, list[self.kind])  # type: ignore[name-defined]
        self.logs = {}
        first = 0
        for owner, length in lengths.items():
            self.logs[owner] = rows[first : first + length]
            first += length
        self.owners = deque(owners)
        self.departed = departed

    def _trim(self, owner: int, log: list[R]) -> None:
        """Let an owner's oldest records go, down to what he may have."""
        surplus = len(log) - self.per_owner
        self._drop(log, surplus)
        self.departed[owner] = self.departed.get(owner, 0) + surplus

    def _drop(self, log: list[R], count: int) -> None:
        """Let the oldest records of one owner go."""
        if self.dropped is not None:
            for record in log[:count]:
                self.dropped(record)
        del log[:count]

    def _drop_oldest(self) -> None:
        """Let the oldest addition go, if it has not left before."""
        owner = self.owners.popleft()
        departed = self.departed.get(owner, 0) if self.departed else 0
        if departed > 1:
            self.departed[owner] = departed - 1
        elif departed:
            del self.departed[owner]
        else:
            log = self.logs[owner]
            if self.dropped is not None:
                self.dropped(log[0])
            del log[0]
            if not log:
                del self.logs[owner]
