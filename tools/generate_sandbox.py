"""Measure how prices move together, for the simulated index, from a folder of market data.

    python -m tools.generate_sandbox DATA_DIR OUT_DIR

Writes OUT_DIR/movement.csv, one row per asset of the catalogue and one, MARKET, for jumps that all assets share. A
development tool, run by hand, whose output is checked in: equal input gives equal bytes. The README beside the output
says what the columns mean and how they are measured.
"""

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leverline.parameters import load_measures, load_parameters
from leverline.parameters.scheme_pairs import SETTLEMENT
from leverline.rulebook.parameters import AssetParameters

Floats = NDArray[np.float64]

LAST_DAY = "2025-06-14"
"""Last day of the daily bars that are complete, and the day of the catalogue's prices."""
FIRST_DAY = "2024-06-15"
DAYS_MIN = 200
"""Days of returns that it takes to measure an asset by itself."""
HOURS_MIN = 2_000
FACTORS = 3
CLIP = 4.0
"""Returns count up to so many robust deviations; what is beyond is a jump's."""
JUMP = 7.0
"""An hour's return of so many robust deviations is a jump."""
HOURS_PER_YEAR = 24 * 365
ROBUST = 1.4826
"""Standard deviation of a normal variable per median absolute deviation."""
PEGGED_VOLATILITY = 0.004
"""Below this daily deviation an asset is taken to be pegged to the dollar."""
FOLLOWERS = {"WBTC": "BTC", "WBETH": "ETH", "BNSOL": "SOL"}
"""Wrapped and staked coins, which move with another."""
COLUMNS = (
    "asset", "volatility", "market", "second", "third", "fourth", "own", "jumps", "jump_size",
    "follows", "as_of", "source",
)  # fmt: skip
STILL = ("0.00000", "0.000", "0.000", "0.000", "0.000", "0.000")
"""Figures of what does not move by itself."""

Movement = tuple[float, Floats, float]
"""Daily deviation, loadings on the market and the second factors, own share."""


def main(data: Path, out: Path) -> None:
    """Write the table."""
    assets = load_parameters().assets
    returns = daily_returns(data, list(assets))
    movements = measured_movements(returns)
    jumps = measured_jumps(data, list(assets))
    volatilities = {asset: measure.volatility / 1e12 * ROBUST for asset, measure in load_measures().items()}
    with (out / "movement.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerow(["MARKET", *STILL, *jump_figures(jumps["BTC"]), "", LAST_DAY, "hourly bars of BTC"])
        for asset in assets.values():
            if asset.symbol in FOLLOWERS:
                rows.writerow(follower_row(asset.symbol, returns))
            elif asset.symbol != SETTLEMENT:
                rows.writerow(row_of(asset, assets, movements, jumps, volatilities[asset.symbol]))


def follower_row(symbol: str, returns: dict[str, Floats]) -> list[str]:
    """Return the row of an asset that moves with another but for a little of its own."""
    own = clipped(returns[symbol] - returns[FOLLOWERS[symbol]])
    deviation = float(np.nanstd(own))
    moves = figures(deviation, np.zeros(FACTORS + 1), 1.0)
    return [symbol, *moves, *jump_figures((0.0, 0.0)), FOLLOWERS[symbol], LAST_DAY, "daily bars"]


def row_of(
    asset: AssetParameters, assets: dict[str, AssetParameters], movements: dict[str, Movement],
    jumps: dict[str, tuple[float, float]], volatility: float,
) -> list[str]:  # fmt: skip
    """Return the row of one asset; what is not measured is the median of its rank, or of all where none is."""
    symbol = asset.symbol
    peers = [peer for peer in movements if assets[peer].rank == asset.rank and movements[peer][0] > PEGGED_VOLATILITY]
    peers = peers or [peer for peer in movements if movements[peer][0] > PEGGED_VOLATILITY]
    if symbol in movements:
        daily, loadings, own = movements[symbol]
        basis = "daily bars"
    else:
        loadings = np.median([movements[peer][1] for peer in peers], axis=0)
        daily, own = volatility, float(np.sqrt(1 - np.sum(loadings**2)))
        basis = f"catalogue; median of rank {asset.rank}"
    if daily < PEGGED_VOLATILITY:
        return [symbol, *figures(daily, np.zeros(FACTORS + 1), 1.0), *jump_figures((0.0, 0.0)), "", LAST_DAY, basis]
    leaping = [jumps[peer] for peer in peers if peer in jumps] or list(jumps.values())
    jump = jumps.get(symbol) or tuple(np.median(leaping, axis=0))
    if symbol == "BTC":
        jump = (0.0, 0.0)
    basis += "; hourly bars" if symbol in jumps else f"; jumps: median of rank {asset.rank}"
    return [symbol, *figures(daily, loadings, own), *jump_figures(jump), "", LAST_DAY, basis]


def figures(volatility: float, loadings: Floats, own: float) -> list[str]:
    """Return deviation and loadings as text."""
    return [f"{volatility:.5f}", *(f"{round(loading, 3) + 0.0:.3f}" for loading in loadings), f"{own:.3f}"]


def jump_figures(jump: tuple[float, ...]) -> list[str]:
    """Return jumps per year and their mean size as text."""
    return [f"{jump[0]:.1f}", f"{jump[1]:.4f}"]


def daily_returns(data: Path, assets: list[str]) -> dict[str, Floats]:
    """Return the log returns by asset over the window's days, NaN where a day is missing."""
    closes: dict[str, dict[str, float]] = {}
    for row in read(data / "klines_1d_all.csv.gz"):
        day = row["open_time"][:10]
        if FIRST_DAY <= day <= LAST_DAY:
            closes.setdefault(row["symbol"], {})[day] = float(row["close"])
    days = sorted(closes["BTCUSDT"])
    found = {}
    for asset in assets:
        series = closes.get(asset + "USDT", {})
        prices = np.array([series.get(day, np.nan) for day in days])
        returns = np.diff(np.log(prices))
        if np.count_nonzero(~np.isnan(returns)) >= DAYS_MIN:
            found[asset] = returns
    return found


def measured_movements(returns: dict[str, Floats]) -> dict[str, Movement]:
    """Return deviation, loadings and own share of every asset with days enough.

    market = correlation with BTC; the second factors are the principal components of what it does not explain.
    """
    names = list(returns)
    scaled = np.array([standardised(returns[name]) for name in names])
    deviations = [float(np.nanstd(clipped(returns[name]))) for name in names]
    market = scaled[names.index("BTC")]
    known = np.array([np.count_nonzero(~np.isnan(returns[name])) for name in names])
    betas = scaled @ market / known
    rests = scaled - betas[:, None] * market
    moving = np.array(deviations) > PEGGED_VOLATILITY
    sizes = rests.std(axis=1)
    shown = rests[moving & (sizes > 1e-6)]
    shown = shown / shown.std(axis=1)[:, None]
    _, vectors = np.linalg.eigh(shown @ shown.T)
    factors = np.array([vectors[:, -1 - place] @ shown for place in range(FACTORS)])
    factors *= np.sign(vectors[:, -FACTORS:].sum(axis=0))[::-1, None]
    factors /= factors.std(axis=1)[:, None]
    found = {}
    for place, name in enumerate(names):
        seconds = rests[place] @ factors.T / known[place]
        loadings = np.array([betas[place], *seconds])
        found[name] = (deviations[place], loadings, float(np.sqrt(max(0.0, 1 - np.sum(loadings**2)))))
    return found


def standardised(returns: Floats) -> Floats:
    """Return clipped returns of mean 0 and deviation 1, a missing day as 0."""
    cut = clipped(returns)
    return np.nan_to_num((cut - np.nanmean(cut)) / np.nanstd(cut))


def clipped(returns: Floats) -> Floats:
    """Return `returns` without what is beyond CLIP robust deviations."""
    limit = CLIP * robust(returns)
    return np.clip(returns, -limit, limit) if limit else returns


def robust(returns: Floats) -> float:
    """Return the robust standard deviation."""
    return float(ROBUST * np.nanmedian(np.abs(returns - np.nanmedian(returns))))


def measured_jumps(data: Path, assets: list[str]) -> dict[str, tuple[float, float]]:
    """Return (jumps per year, mean size) of every asset with hours enough: hours beyond JUMP robust deviations."""
    found = {}
    for asset, closes in hourly_closes(data, assets).items():
        returns = np.diff(np.log(closes))
        sizes = np.abs(returns[np.abs(returns) > JUMP * robust(returns)])
        if len(returns) >= HOURS_MIN and robust(returns) > 0 and len(sizes):
            found[asset] = (len(sizes) * HOURS_PER_YEAR / len(returns), float(sizes.mean()))
    return found


def hourly_closes(data: Path, assets: list[str]) -> dict[str, Floats]:
    """Return hourly closes by asset, 2024-01 to 2026-02 as far as they go, the later file first where both have one."""
    closes: dict[str, list[float]] = {}
    for row in read(data / "klines_1h_2024-09_2026-02.csv.gz"):
        closes.setdefault(row["symbol"], []).append(float(row["close"]))
    later = set(closes)
    for row in read(data / "hourly_close_wide_2024-01_2024-09.csv.gz"):
        for symbol, text in row.items():
            if symbol != "open_time" and symbol not in later and text:
                closes.setdefault(symbol, []).append(float(text))
    return {asset: np.array(closes[asset + "USDT"]) for asset in assets if asset + "USDT" in closes}


def read(file: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a packed table."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
