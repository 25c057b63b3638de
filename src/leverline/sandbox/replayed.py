"""The index from bars: a stretch of history played in venue time, from the moment the market opens.

The way through a bar is that of `leverline replay` (`leverline.bars.walk`). When the bars end, their last prices hold;
nothing starts over, for the leap back to the first bar would be a crash that never was. Assets without bars are
simulated.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from leverline.bars.faults import BarFault
from leverline.bars.series import read_bars
from leverline.bars.walk import Step, walk
from leverline.bars.window import Window, cut_window
from leverline.kernel.time import SECOND
from leverline.sandbox.ports import IndexDriver, SandboxFault


class ReplayedIndex:
    """An index driver that plays the bars of `window`; `others` moves the assets that have none."""

    is_free = False

    def __init__(self, window: Window, others: IndexDriver) -> None:
        self.window = window
        self.others = others
        self.steps = 0
        """Seconds of the window that have been played."""
        self._way: Iterator[Step] = iter(())
        self._next: Step | None = None
        self._prices: dict[str, int] = {}

    @property
    def is_over(self) -> bool:
        """Whether the last bar has been played and its price holds."""
        return self._next is None

    def start(self, prices: Mapping[str, int], steps: int, now: int) -> None:
        """Go on with the bars after so many seconds of them."""
        self.steps = steps
        self._prices = {track.asset: track.series.opens[0] for track in self.window.tracks}
        self._way = walk(self.window)
        self._next = next(self._way, None)
        self.others.start(prices, steps, now)

    def step(self, now: int) -> Mapping[str, int]:
        """Live through one second."""
        self.steps += 1
        until = self.window.start + self.steps * SECOND
        while self._next is not None and self._next.time <= until:
            self._prices.update(self._next.prices)
            self._next = next(self._way, None)
        return {**self.others.step(now), **self._prices}


def replayed_index(files: Sequence[Path], others: IndexDriver) -> ReplayedIndex:
    """Return the driver that plays `files`. Raises SandboxFault naming file, line and reason."""
    try:
        return ReplayedIndex(cut_window(read_bars(files), None, None), others)
    except BarFault as fault:
        raise SandboxFault(str(fault)) from fault
