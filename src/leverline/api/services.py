"""What handlers work with: the parts of the venue, wired once by `bootstrap`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leverline.api.cancel_ids import CancelIds
from leverline.api.limits import Limits
from leverline.api.metrics import Metrics
from leverline.api.profile import LATEST, Profile
from leverline.api.proxies import Proxies
from leverline.history.past.past import Past

if TYPE_CHECKING:
    from leverline.engine.core import Core
    from leverline.history.history import History
    from leverline.identity.identity import Identity
    from leverline.venue.snapshotting import Snapshotter
    from leverline.venue.venue import Venue


@dataclass
class Services:
    """The venue and what stands beside it."""

    venue: "Venue"
    history: "History"
    identity: "Identity"
    snapshotter: "Snapshotter"
    limits: Limits
    is_sandbox: bool
    sandbox: Any = None
    """What drives the simulated market; None in production."""
    archive: Any = None
    """The whole past in SQL; None where history is in memory only."""
    cases: Any = None
    """Who makes the documents of liquidations; None where the journal is in no folder."""
    notices: Any = None
    """What tells users of what concerns them: inbox, channels, outbox."""
    feed: Any = None
    """Where index prices come from: the sandbox, or public prices."""
    proxies: Proxies = field(default_factory=Proxies)
    """Whose word about the client is believed."""
    profile: Profile = LATEST
    """The day whose interface the venue speaks."""
    metrics: Metrics = field(default_factory=Metrics)
    is_ready: bool = False
    gauge_sources: list[Callable[[], dict[str, float]]] = field(default_factory=list)
    """Further figures for the metrics: of streams, of the journal."""
    cancel_ids: CancelIds = field(default_factory=CancelIds)
    past: Past = field(init=False)
    """What was, however long ago; as far as memory reaches, unless `archive` knows more."""
    caches: dict[str, Any] = field(default_factory=dict)
    """What endpoint modules keep for the life of the process, by module."""

    def __post_init__(self) -> None:
        """Without an archive the past is what memory knows."""
        self.past = Past(self.history)

    @property
    def core(self) -> "Core":
        """The engine's state, for reading."""
        return self.venue.core

    def gauges(self) -> dict[str, float]:
        """Return all further figures."""
        return {name: value for source in self.gauge_sources for name, value in source().items()}
