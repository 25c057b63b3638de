"""The venue over time: what the report's plots are drawn from."""

from typing import Final

from leverline.bars.window import Window
from leverline.kernel.numbers import RATIO_ONE
from leverline.lab.records import Sample
from leverline.lab.tally import Tally

SAMPLES_MAX: Final = 900
CLOSER: Final = 20
"""While accounts are in liquidation samples are so many times closer."""
LEADS: Final = ("BTC", "ETH")
DRAWN_MAX: Final = 8
"""Up to so many assets are drawn one by one."""


class Sampler:
    """Takes a sample whenever its interval has passed: a bar, or more where the window has very many.

    Samples are closer while accounts are in liquidation, which takes seconds.
    """

    def __init__(self, window: Window) -> None:
        self.firsts = {track.asset: track.series.opens[0] for track in window.tracks}
        self.lead = next((asset for asset in LEADS if asset in self.firsts), window.assets[0])
        """The asset whose price stands for the market."""
        self.interval = max(window.interval, (window.end - window.start) // SAMPLES_MAX)
        self.next_time = window.start
        self.next_close = window.start
        """When the next sample is due while accounts are in liquidation."""
        self.samples: list[Sample] = []

    def note(self, tally: Tally, time: int, is_last: bool = False) -> None:
        """Take a sample at `time` if one is due."""
        is_due = time >= self.next_time or (time >= self.next_close and len(tally.active) > 0)
        if not (is_due or is_last):
            return
        self.next_time = time - time % self.interval + self.interval
        self.next_close = time + self.interval // CLOSER
        index = tally.index
        each = [max(index[asset] * RATIO_ONE // first, min(index[asset], 1)) for asset, first in self.firsts.items()]
        moves = sorted(move for move in each if move)
        tenth = len(moves) // 10
        self.samples.append(
            Sample(
                time=time,
                lead=index[self.lead] * RATIO_ONE // self.firsts[self.lead],
                spread=(moves[tenth], moves[(len(moves) - 1) // 2], moves[-1 - tenth]),
                moves=tuple(each) if len(each) <= DRAWN_MAX else (),
                emptied=len(tally.emptied),
                status=(tally.status[1], tally.status[2], tally.status[3], tally.status[4]),
                liquidations=len(tally.liquidations),
                sold=tally.totals.sold,
                taken_over=tally.totals.taken_over,
                deficits=tally.totals.deficits,
                fund=tally.fund_value(),
            )
        )
