"""The simulated index: seeded, correlated, with jumps, and drawn back to where it began so that it lasts for weeks.

Of every asset the process keeps x, the logarithm of its price over its anchor. Over a time t, in days,

    x ← x − x × t ÷ TETHER + deviation × √t × (Σ loading × factor + own × noise) + jumps

with one market factor and three second factors common to all, and noise of its own; all of them standard normal.
Jumps come singly, or all at once in proportion to each asset's loading on the market. Floats live here and nowhere
else: what leaves is a whole number of 10⁻¹² USDT.
"""

from collections.abc import Mapping
from math import exp, log, sqrt
from random import Random
from typing import Final

from leverline.kernel.time import DAY, SECOND
from leverline.sandbox.movement import LOADINGS, Calibration

TETHER: Final = 30.0
"""Days in which an asset would come back to its anchor but for a part in e."""
REACH: Final = 3.0
"""An x beyond this is cut: a price is never more than about twenty times its anchor, or less than a twentieth."""
JUMP_SPREAD: Final = 0.4
"""A jump is its mean size, this share more or less."""
SECONDS_PER_DAY: Final = DAY // SECOND
MARKET_ASSET: Final = "BTC"
"""The asset that is the market factor."""
_STEP_BITS: Final = 64


class SimulatedIndex:
    """An index driver. The same seed and the same steps give the same prices."""

    is_free = True

    def __init__(self, calibration: Calibration, seed: int) -> None:
        self.calibration = calibration
        self.seed = seed
        self.steps = 0
        """Steps lived through; with the seed it fixes what comes next."""
        self.anchors = {asset: calibration.prices[asset] for asset in calibration.movements}
        self._x = dict.fromkeys(self.anchors, 0.0)
        self._apart: dict[str, float] = {}
        """How far each follower is from what it follows."""
        self._plain = [(a, m) for a, m in calibration.movements.items() if m.follows not in self.anchors]
        self._followers = [(a, m) for a, m in calibration.movements.items() if m.follows in self.anchors]
        self._leaps = [(asset, movement) for asset, movement in self._plain if movement.jumps]
        market = calibration.movements.get(MARKET_ASSET)
        self._market = market.deviation if market is not None else 1.0
        self._leap_rate = sum(movement.jumps for _, movement in self._leaps)

    def start(self, prices: Mapping[str, int], steps: int, now: int) -> None:
        """Go on from these prices after so many steps."""
        self.steps = steps
        for asset, price in prices.items():
            if asset in self.anchors and price > 0:
                self._x[asset] = _cut(log(price / self.anchors[asset]))
        for asset, movement in self._followers:
            self._apart[asset] = self._x[asset] - self._x[movement.follows]

    def step(self, now: int) -> Mapping[str, int]:
        """Live through one second."""
        return self.pass_time(1)

    def pass_time(self, seconds: int) -> Mapping[str, int]:
        """Live through so many seconds in one step; return every asset's price."""
        draw = Random(self.seed << _STEP_BITS | self.steps)
        self.steps += 1
        days = seconds / SECONDS_PER_DAY
        factors = [draw.gauss(0.0, 1.0) for _ in LOADINGS]
        root, pull, x = sqrt(days), days / TETHER, self._x
        for asset, movement in self._plain:
            common = sum(map(_product, movement.loadings, factors))
            common += movement.own * draw.gauss(0.0, 1.0)
            x[asset] += movement.deviation * root * common - x[asset] * pull
        self._jump(draw, days)
        for asset, movement in self._followers:
            apart = self._apart.get(asset, 0.0)
            apart += movement.deviation * root * draw.gauss(0.0, 1.0) - apart * min(days, 1.0)
            self._apart[asset] = apart
            x[asset] = x[movement.follows] + apart
        return self.prices()

    def prices(self) -> dict[str, int]:
        """Return the present prices."""
        return {asset: max(int(anchor * exp(_cut(self._x[asset]))), 1) for asset, anchor in self.anchors.items()}

    def _jump(self, draw: Random, days: float) -> None:
        """Let jumps happen: of one asset, of all together."""
        if draw.random() < self._leap_rate * days:
            asset, movement = draw.choices(self._leaps, [movement.jumps for _, movement in self._leaps])[0]
            self._x[asset] += movement.jump_size * _size(draw)
        if draw.random() < self.calibration.market_jumps * days:
            size = self.calibration.market_jump_size * _size(draw)
            for asset, movement in self._plain:
                self._x[asset] += size * movement.loadings[0] * movement.deviation / self._market


def _size(draw: Random) -> float:
    """Return by how much of its mean size a jump goes, up or down."""
    size = draw.uniform(1 - JUMP_SPREAD, 1 + JUMP_SPREAD)
    return size if draw.random() < 0.5 else -size


def _product(loading: float, factor: float) -> float:
    return loading * factor


def _cut(x: float) -> float:
    return max(-REACH, min(x, REACH))
