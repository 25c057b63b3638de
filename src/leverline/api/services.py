"""What handlers work with: the parts of the venue, wired once by `bootstrap`."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leverline.api.limits import Limits

if TYPE_CHECKING:
    from leverline.engine.core import Core
    from leverline.history.history import History
    from leverline.identity.identity import Identity
    from leverline.venue.venue import Venue


@dataclass
class Services:
    """The venue and what stands beside it."""

    venue: "Venue"
    history: "History"
    identity: "Identity"
    limits: Limits
    is_sandbox: bool
    extras: dict[str, Any] = field(default_factory=dict)
    """Caches that endpoint modules keep for the life of the process, by module."""

    @property
    def core(self) -> "Core":
        """The engine's state, for reading."""
        return self.venue.core
