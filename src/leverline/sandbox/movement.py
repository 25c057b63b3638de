"""How each asset moves, as measured on market data: the table behind the simulated index."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from typing import Final

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE
from leverline.parameters import Measure, load_measures
from leverline.parameters.scheme_pairs import SETTLEMENT
from leverline.parameters.tables import Row, read_table
from leverline.rulebook.parameters import VenueParameters

FILE: Final = "movement.csv"
MARKET: Final = "MARKET"
"""The row of jumps that all assets share."""
DAYS_PER_YEAR: Final = 365
LOADINGS: Final = ("market", "second", "third", "fourth")
COLUMNS: Final = ("asset", "volatility", *LOADINGS, "own", "jumps", "jump_size", "follows")
MEDIAN_TO_DEVIATION: Final = 1.4826
"""Standard deviation of a normal variable per median absolute deviation."""
OWN_DEFAULT: Final = 0.8
"""Own share of an asset that the table lacks; the rest is the market's."""


@dataclass(frozen=True)
class Movement:
    """How one asset moves. Deviations are of the logarithm of its price over a day."""

    deviation: float
    """Standard deviation of a day without the jumps."""
    loadings: tuple[float, ...]
    """On the market and on the second factors; their squares and that of `own` make one."""
    own: float
    jumps: float
    """Per day."""
    jump_size: float
    """Mean size of a jump, a share of the price."""
    follows: str = ""
    """The asset with which it moves but for what is its own."""


@dataclass(frozen=True)
class Calibration:
    """What the simulated market starts from: prices, usual daily volumes, and how assets move."""

    prices: dict[str, int]
    """First index price by asset, 10⁻¹² USDT."""
    volumes: dict[str, int]
    """Usual traded value of a day, 10⁻⁸ USDT."""
    movements: dict[str, Movement]
    """By asset in order of the catalogue, the settlement asset left out."""
    market_jumps: float
    """Jumps per day that all assets share."""
    market_jump_size: float
    """Mean size of such a jump for the market itself."""

    def deviation(self, base: str, quote: str) -> float:
        """Return the daily deviation of a pair's price, its assets apart unless one follows the other."""
        sides = [self._sources(base), self._sources(quote)]
        apart = (sides[0] | sides[1]) - (sides[0] & sides[1])
        return sqrt(sum(self.movements[asset].deviation ** 2 for asset in sorted(apart)))

    def followers(self, assets: Sequence[str]) -> list[str]:
        """Return the assets that follow one of `assets`: they are published with it, or their ratio would flutter."""
        return [asset for asset, movement in self.movements.items() if movement.follows in assets]

    def _sources(self, asset: str) -> set[str]:
        """Return the assets whose own moves move `asset`."""
        movement = self.movements.get(asset)
        if movement is None:
            return set()
        return {asset, movement.follows} if movement.follows in self.movements else {asset}


def calibrate(parameters: VenueParameters) -> Calibration:
    """Return the calibration for every asset of `parameters`.

    Prices, volumes and deviations of last resort are those of the catalogue (`load_measures`); loadings and jumps come
    from the table. An asset that neither knows is worth one USDT and moves with the market.
    """
    measures, rows = load_measures(parameters.rule_set), _rows()
    found = {asset: measures.get(asset) or _unknown() for asset in parameters.assets}
    market = rows[MARKET]
    return Calibration(
        prices={asset: measure.price for asset, measure in found.items()},
        volumes={asset: measure.daily_volume for asset, measure in found.items()},
        movements={
            asset: _movement(rows.get(asset), measure) for asset, measure in found.items() if asset != SETTLEMENT
        },
        market_jumps=_number(market, "jumps") / DAYS_PER_YEAR,
        market_jump_size=_number(market, "jump_size"),
    )


def _unknown() -> Measure:
    return Measure(INDEX_ONE, 0, RATIO_ONE // 100)


def _movement(row: Row | None, measure: Measure) -> Movement:
    """Return the movement of a row; without one, that of an asset like most others with the catalogue's volatility."""
    if row is None:
        deviation = measure.volatility / RATIO_ONE * MEDIAN_TO_DEVIATION
        return Movement(deviation, (sqrt(1 - OWN_DEFAULT**2), 0.0, 0.0, 0.0), OWN_DEFAULT, 0.0, 0.0)
    jumps, size = _number(row, "jumps") / DAYS_PER_YEAR, _number(row, "jump_size")
    return Movement(
        deviation=without_jumps(_number(row, "volatility"), jumps, size),
        loadings=tuple(_number(row, name) for name in LOADINGS),
        own=_number(row, "own"),
        jumps=jumps,
        jump_size=size,
        follows=row.text("follows") if row.cells["follows"] else "",
    )


def without_jumps(volatility: float, jumps: float, size: float) -> float:
    """Return the daily deviation that is left when jumps bring their share of it; at least half of all.

    deviation² = volatility² − jumps × size²
    """
    return sqrt(max(volatility**2 - jumps * size**2, volatility**2 / 4))


def _number(row: Row, column: str) -> float:
    return float(row.text(column))


@cache
def _rows() -> dict[str, Row]:
    folder = files("leverline.sandbox") / "data"
    return {row.text("asset"): row for row in read_table(folder, FILE, COLUMNS, ("asset",))}
