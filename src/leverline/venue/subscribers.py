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

    def save(self) -> bytes:
        """Return the whole state as bytes."""
        ...

    def load(self, data: bytes) -> None:
        """Replace the state by what `save` returned."""
        ...
