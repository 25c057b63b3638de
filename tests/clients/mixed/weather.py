"""What happens to a venue from outside while clients trade: prices jump, hours pass, it is stopped and killed."""

import random
import threading
import time
from decimal import Decimal

from tests.clients.mixed.archive import Archive
from tests.clients.mixed.memory import Sample, resident_bytes
from tests.clients.running_venue import RunningVenue

ASSETS = ("BTC", "ETH", "SOL")
SMALL = (-6, -3, -1, 1, 3, 6)
LARGE = (-25, -18, -12, 12, 18)
BOUND = Decimal("1.7")
"""Prices stay within this factor of those of the start: beyond it the next jump leads back."""
ALMS = {"USDT": "60", "BNB": "0.02"}
"""What every user is given now and then, for liquidations take what they have."""


class Weather(threading.Thread):
    """Moves prices and the clock, restarts the venue when told, notes its memory and keeps its journal."""

    def __init__(
        self, venue: RunningVenue, users: list[dict[str, str]], archive: Archive, rng: random.Random,
        endings: dict[float, str],
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.venue, self.users, self.archive, self.rng = venue, users, archive, rng
        self.endings = sorted(endings.items())
        """Second of the run → `stop` or `kill`."""
        self.samples: list[Sample] = []
        """Of the process that runs now."""
        self.is_over = threading.Event()
        self.faults: list[str] = []
        self.first: dict[str, Decimal] = {}
        self.jumps = 0

    def run(self) -> None:
        """Go on until the end, a change every second or so."""
        began = time.monotonic()
        while not self.is_over.wait(self.rng.uniform(0.5, 1.5)):
            try:
                if self.endings and time.monotonic() - began >= self.endings[0][0]:
                    self.end_once(self.endings.pop(0)[1])
                self.change()
                self.archive.keep()
            except Exception as fault:
                self.faults.append(repr(fault))
            self.samples.append((time.monotonic() - began, resident_bytes(self.venue)))

    def end_once(self, how: str) -> None:
        """End the venue's process and start another on its folder."""
        self.venue.start_again(is_killed=how == "kill")
        self.samples.clear()

    def change(self) -> None:
        """Let one asset jump, an hour pass, or the users have something."""
        draw = self.rng.random()
        if draw < 0.05:
            self.venue.sandbox("POST", "clock", {"advance": "1h"})
        elif draw < 0.3:
            self.jump(self.rng.choice(ASSETS), self.rng.choice(LARGE if self.rng.random() < 0.12 else SMALL))
        elif draw < 0.36:
            user = self.rng.choice(self.users)
            self.venue.sandbox("POST", "faucet", {"userId": user["userId"], "funds": ALMS})

    def jump(self, asset: str, percent: int) -> None:
        """Move an asset's index; back towards its first price where it has gone far."""
        price = Decimal(self.venue.sandbox("GET", "index")["prices"][asset])
        first = self.first.setdefault(asset, price)
        if price > first * BOUND:
            percent = -abs(percent)
        elif price * BOUND < first:
            percent = abs(percent)
        self.venue.sandbox("POST", "index", {asset: f"{percent}%"})
        self.jumps += 1
