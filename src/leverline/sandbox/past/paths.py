"""How prices came to where they are: the way of each asset, drawn from its end backwards.

The simulated index draws x, the logarithm of a price over its anchor, back to nought with a time constant of TETHER.
Such a process looks the same in either direction of time, so a past that ends in x = 0 is, over t days,

    x before ← x after − x after × t ÷ TETHER + deviation × √t × (Σ loading × factor + own × noise)

with factors common to all assets. The deviation is that of a day with the jumps, which are not drawn one by one.
"""

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from leverline.sandbox.movement import Calibration, Movement
from leverline.sandbox.simulated import REACH, TETHER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def asset_paths(calibration: Calibration, days: "Floats", draw: np.random.RandomState) -> "dict[str, Floats]":
    """Return the logarithm of each asset's price over its last one, at each edge of steps that last so many `days`.

    The last one is nought.
    """
    movements = calibration.movements
    plain = {asset: each for asset, each in movements.items() if each.follows not in movements}
    factors = draw.standard_normal((len(days), len(next(iter(movements.values())).loadings)))
    loadings = np.array([each.loadings for each in plain.values()])
    own = np.array([each.own for each in plain.values()])
    noise = factors @ loadings.T + own * draw.standard_normal((len(days), len(plain)))
    ways = _drawn_back(noise * [deviation(each) for each in plain.values()], days, TETHER)
    found = {asset: ways[:, place] for place, asset in enumerate(plain)}
    for asset, movement in movements.items():
        if asset not in found:
            apart = draw.standard_normal((len(days), 1)) * deviation(movement)
            found[asset] = found[movement.follows] + _drawn_back(apart, days, 1.0)[:, 0]
    return {asset: np.clip(way, -REACH, REACH) for asset, way in found.items()}


def deviation(movement: Movement) -> float:
    """Return the standard deviation of a day, jumps included."""
    return sqrt(movement.deviation**2 + movement.jumps * movement.jump_size**2)


def _drawn_back(moves: "Floats", days: "Floats", tether: float) -> "Floats":
    """Return the way through `moves` of a day each, a column per asset, that ends in nought."""
    roots, pulls = np.sqrt(days), np.minimum(days / tether, 1.0)
    way = np.zeros((len(days) + 1, moves.shape[1]))
    for step in range(len(days) - 1, -1, -1):
        way[step] = way[step + 1] * (1.0 - pulls[step]) + moves[step] * roots[step]
    return way
