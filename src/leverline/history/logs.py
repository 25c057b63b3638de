"""Bounded lists of records, one per account: what all histories of accounts are kept in."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.outbox import Outbox
from leverline.history.pages import Page, Timed, Wanted, Window, page_of

R = TypeVar("R", bound=Timed)

SLACK: Final = 8
"""An owner's records may be more by one part in so many before the oldest go."""


class Cut(msgspec.Struct, array_like=True, gc=False):
    """What is no longer in memory of one owner: his first `count` records; `time` is that of the newest of them."""

    count: int = 0
    time: int = -1


NOTHING_CUT: Final = Cut()


class LogState(msgspec.Struct, array_like=True):
    """What is saved of a log; `records` are all records, encoded by themselves."""

    lengths: dict[int, int]
    records: bytes
    owners: list[int]
    departed: dict[int, int]
    cut: dict[int, Cut]


def _made(record: Timed) -> int:
    """Return when a record was made."""
    return record.time


class RecordLog(Generic[R]):
    """Records by owner, oldest first: the newest `per_owner` of one, and of all the newest `in_all` additions.

    One owner's oldest records go several at a time, so that he may have an eighth more for a while. `kind` is the
    msgspec.Struct of the records; `dropped` is told of each record that leaves. An owner's records are numbered from 1
    as they came, for ever; `when` gives the time at which a record was as it is.
    """

    def __init__(
        self, kind: type[R], per_owner: int, in_all: int, dropped: Callable[[R], None] | None = None,
        when: Callable[[R], int] = _made,
    ) -> None:  # fmt: skip
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
        self.cut: dict[int, Cut] = {}
        """Owner → what has left, where anything has."""
        self.when: Callable[[R], int] = when
        self.outbox: Outbox | None = None
        """Who is told of each record, under the name `stream`."""
        self.stream: str = ""

    def add(self, owner: int, record: R) -> None:
        """Append a record, and let the oldest go where a bound is passed."""
        log = self.logs.get(owner)
        if log is None:
            log = self.logs[owner] = []
        log.append(record)
        if self.outbox is not None:
            cut = self.cut.get(owner)
            number = len(log) if cut is None else cut.count + len(log)
            self.outbox.rows.append((self.stream, owner, number, record))
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

    def latest(self, count: int) -> list[R]:
        """Return up to `count` records of all owners, the one that was added last first."""
        found: list[R] = []
        seen: dict[int, int] = {}
        for owner in reversed(self.owners):
            place = seen[owner] = seen.get(owner, 0) + 1
            log = self.logs.get(owner, ())
            if place <= len(log):
                found.append(log[-place])
                if len(found) == count:
                    break
        return found

    def left(self, owner: int) -> Cut:
        """Return what is no longer here of one owner's records."""
        return self.cut.get(owner, NOTHING_CUT)

    def numbered(self) -> Iterator[tuple[int, int, R]]:
        """Yield owner, number and record of all, owner by owner, each oldest first."""
        for owner, log in self.logs.items():
            for number, record in enumerate(log, self.left(owner).count + 1):
                yield owner, number, record

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
        return encode(LogState(lengths, encode(list(self.everything())), list(self.owners), self.departed, self.cut))

    def load(self, data: bytes) -> None:
        """Be as the log was that `save` made `data` of."""
        state = decode(data, LogState)
        rows = decode(state.records, list[self.kind])  # type: ignore[name-defined]
        self.logs = {}
        first = 0
        for owner, length in state.lengths.items():
            self.logs[owner] = rows[first : first + length]
            first += length
        self.owners = deque(state.owners)
        self.departed = state.departed
        self.cut = state.cut

    def _trim(self, owner: int, log: list[R]) -> None:
        """Let an owner's oldest records go, down to what he may have."""
        surplus = len(log) - self.per_owner
        self._drop(owner, log, surplus)
        self.departed[owner] = self.departed.get(owner, 0) + surplus

    def _drop(self, owner: int, log: list[R], count: int) -> None:
        """Let the oldest records of one owner go."""
        if self.dropped is not None:
            for record in log[:count]:
                self.dropped(record)
        before = self.left(owner)
        self.cut[owner] = Cut(before.count + count, max(before.time, self.when(log[count - 1])))
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
            self._drop(owner, log, 1)
            if not log:
                del self.logs[owner]
