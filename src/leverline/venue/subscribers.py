"""Who is told of commits."""

from typing import Protocol, runtime_checkable

from leverline.engine.commit import Commit


class Subscriber(Protocol):
    """Takes every commit once, in order, after it is durable, in the venue's loop. An exception stops the venue."""

    def take(self, commit: Commit) -> None:
        """Learn of one commit."""
        ...


@runtime_checkable
class Keeper(Subscriber, Protocol):
    """A subscriber whose state is kept in the venue's snapshots. `save` runs in a forked child: it changes nothing."""

    name: str
    """Names its section of a snapshot; no two keepers share one."""
    forms: tuple[int, ...]
    """Numbers of the forms that `load` reads, from 1 upward; the last is the one that `save` writes."""

    def save(self) -> bytes:
        """Return the whole state as bytes."""
        ...

    def load(self, data: bytes, form: int) -> None:
        """Replace the state by what `save` returned, now or in the version that wrote `form`, one of `forms`."""
        ...


@runtime_checkable
class LateKeeper(Keeper, Protocol):
    """A keeper that can begin in the middle of a venue's life: with a snapshot that has no section of it."""

    def load_absent(self, sequence: int) -> None:
        """Replace the state by that of one who knows nothing of the commands up to `sequence`; the next are taken."""
        ...
