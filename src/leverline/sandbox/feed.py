"""The index of a venue in production: public prices of several exchanges, each a source of its own (rule 2.1).

Nothing else of the sandbox is at work there: no makers, no takers, no driven clock.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from leverline.engine.commands import PublishPrices
from leverline.sandbox.live import LiveIndex
from leverline.sandbox.ports import Clock, MarketVenue
from leverline.venue.faults import VenueBusy, VenueStopped

TICK_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


class IndexFeed:
    """Publishes what each exchange last said, once a second; an exchange that is not heard is silent."""

    def __init__(self, venue: MarketVenue, clock: Clock, exchanges: Sequence[str], base_url: str = "") -> None:
        self._venue = venue
        self._clock = clock
        self._sources = {name: LiveIndex(name, clock, base_url) for name in exchanges}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to ask and to publish."""
        self._tasks = [
            asyncio.create_task(each.poll(), name=f"prices of {name}") for name, each in self._sources.items()
        ]
        self._tasks.append(asyncio.create_task(self._tick_on(), name="index feed"))

    async def stop(self) -> None:
        """End that."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tick(self) -> None:
        """Publish what was heard a short while ago at most."""
        now = self._clock.now()
        known = self._venue.core.board.assets
        for name, source in self._sources.items():
            rows = [(asset, price, 1) for asset, price in source.step(now).items() if asset in known]
            if rows:
                self._venue.post(PublishPrices(name, rows))

    async def _tick_on(self) -> None:
        """Tick until the venue stops."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                self.tick()
            except VenueBusy:
                _log.warning("the venue is busy; prices of this second are not published")
            except VenueStopped:
                return
