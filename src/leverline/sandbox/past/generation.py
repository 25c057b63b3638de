"""The past of all pairs, drawn from a seed: days for each of them, hours and less for the leading ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from leverline.history.candles import Candles
from leverline.kernel.numbers import INDEX_ONE
from leverline.kernel.time import DAY
from leverline.market.index_board import USDT
from leverline.rulebook.parameters import PairParameters, VenueParameters
from leverline.sandbox.makers import CROSS_SHARE, leading_assets
from leverline.sandbox.movement import Calibration, calibrate
from leverline.sandbox.past.bars import Market, drawn_bars, packed_candles
from leverline.sandbox.past.grid import REACHES, Grid
from leverline.sandbox.past.paths import asset_paths

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED_MASK: Final = 2**64 - 1
_DAILY: Final = "1d"


def give_past(candles: Candles, parameters: VenueParameters, seed: int, end: int, prices: Mapping[str, int]) -> None:
    """Give `candles` a past that ends at `end`, microseconds, at `prices`, 10⁻¹² USDT by asset.

    A pair of whose assets one has no price gets none.
    """
    _Generation(candles, calibrate(parameters), seed, end).run(parameters.pairs, {USDT: INDEX_ONE, **prices})


class _Generation:
    """One past. What is drawn depends on the seed, the catalogue and `end` only."""

    def __init__(self, candles: Candles, calibration: Calibration, seed: int, end: int) -> None:
        self.candles = candles
        self.calibration = calibration
        bits = np.random.MT19937(np.random.SeedSequence(seed & SEED_MASK))
        self.draw = np.random.RandomState(bits)
        """Of the kind whose numbers stay the same in every version of the library."""
        self.grid = Grid(end)
        self.ways = asset_paths(calibration, np.diff(self.grid.edges) / DAY, self.draw)
        self.ways[USDT] = np.zeros(len(self.grid.edges))

    def run(self, pairs: Mapping[str, PairParameters], prices: Mapping[str, int]) -> None:
        """Draw the past of each pair that has a price."""
        leading = {asset + USDT: None for asset in leading_assets(pairs, self.calibration)}
        every, days = np.arange(len(self.grid.edges)), self.grid.days()
        for pair in pairs.values():
            if pair.base in prices and pair.quote in prices:
                market = self._market(pair, prices)
                if pair.symbol in leading:
                    self._give(market, every, list(REACHES))
                else:
                    self._give(market, days, [_DAILY])

    def _market(self, pair: PairParameters, prices: Mapping[str, int]) -> Market:
        """Return what a pair's past is drawn with."""
        base = prices[pair.base]
        share = 1 if pair.quote == USDT else CROSS_SHARE
        return Market(
            pair=pair,
            price=base * INDEX_ONE // prices[pair.quote],
            base_price=base,
            daily_value=self.calibration.volumes[pair.base] // share,
            deviation=self.calibration.deviation(pair.base, pair.quote),
        )

    def _give(self, market: Market, chosen: "NDArray[np.intp]", intervals: list[str]) -> None:
        """Draw a pair's past between the chosen edges of the grid, and give it as candles of `intervals`."""
        pair, edges = market.pair, self.grid.edges[chosen]
        way = (self.ways[pair.base] - self.ways[pair.quote])[chosen]
        starts = edges[:-1]
        bars = drawn_bars(market, way, np.diff(edges) / DAY, self.draw)
        for interval in intervals:
            first = int(np.searchsorted(starts, self.grid.begins[interval]))
            packed = packed_candles(bars.since(first), starts[first:], REACHES[interval][0], pair.tick_size)
            self.candles.seed_packed(pair.symbol, interval, packed)
