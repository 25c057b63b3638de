"""What a query of records answers: one page of what matched, newest first, and how much matched in all."""

from collections.abc import Callable, Iterable
from typing import Final, Generic, Protocol, TypeVar

EVER: Final = 2**62
"""A time after all times: no upper end of a window."""


class Timed(Protocol):
    """A record with the venue time in microseconds at which it was made."""

    @property
    def time(self) -> int: ...


R = TypeVar("R", bound=Timed)
Wanted = Callable[[R], bool]


class Page(Generic[R]):
    """`rows`, newest first, of `total` records that matched."""

    def __init__(self, rows: list[R], total: int) -> None:
        self.rows: list[R] = rows
        self.total: int = total


class Window:
    """Which records, and which page of them. Times in microseconds, both ends included; pages count from 1."""

    def __init__(self, since: int = 0, until: int = EVER, page: int = 1, size: int = 100) -> None:
        self.since: int = since
        self.until: int = until
        self.page: int = page
        self.size: int = size


def page_of(newest_first: Iterable[R], window: Window, wanted: Wanted[R] | None = None) -> Page[R]:
    """Return the page of `window` of the records that are `wanted` (all, where None); times never rise."""
    found: list[R] = []
    for record in newest_first:
        if record.time < window.since:
            break
        if record.time <= window.until and (wanted is None or wanted(record)):
            found.append(record)
    first = (window.page - 1) * window.size
    return Page(found[first : first + window.size], len(found))


def ascending(oldest_first: list[R], since: int | None, until: int, limit: int) -> list[R]:
    """Return at most `limit` records in their order: the first ones of a window that has a beginning, else the last."""
    if since is None:
        within = [record for record in oldest_first if record.time <= until]
        return within[-limit:] if limit else []
    return [record for record in oldest_first if since <= record.time <= until][:limit]
