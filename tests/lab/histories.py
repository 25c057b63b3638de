"""Small histories of prices, as files that `leverline replay` reads."""

from pathlib import Path

from leverline.bars.moments import format_moment, parse_moment
from leverline.bars.series import COLUMNS, Series, read_bars
from leverline.bars.window import Window, cut_window
from leverline.kernel.time import MINUTE

HEADER = ",".join(COLUMNS)
START = parse_moment("2022-05-09T11:30:00Z")
BAR = 5 * MINUTE
CALM = 6
"""Bars before the fall."""


def price_text(price: float) -> str:
    """Return a price with the digits that matter, never in exponent form."""
    return f"{price:.12f}".rstrip("0")


def bar_lines(symbol: str, closes: list[float], volume: float, start: int = START) -> list[str]:
    """Return one bar per step of `closes`, each with a range a little wider than its body."""
    lines = []
    for place in range(len(closes) - 1):
        first, last = closes[place], closes[place + 1]
        high, low = 1.002 * max(first, last), max(0.998 * min(first, last), 1e-8)
        time = format_moment(start + place * BAR)
        lines.append(",".join([symbol, time, *map(price_text, (first, high, low, last)), f"{volume:g}"]))
    return lines


def fall(start: float, factor: float, steps: int, floor: float = 1e-8) -> list[float]:
    """Return a price that is calm for a while and then falls by `factor` per bar, never below `floor`."""
    prices = [start * (1.0005 if place % 2 else 1) for place in range(CALM)]
    while len(prices) <= steps:
        prices.append(max(prices[-1] * factor, floor))
    return prices


def crash_lines() -> list[str]:
    """Return a crash of three assets: two fall by a third and a half, one to 10⁻⁸ before its bars stop."""
    return [
        HEADER,
        *bar_lines("BTCUSDT", fall(35_000, 0.98, 24), 900),
        *bar_lines("ETHUSDT", fall(2_500, 0.965, 24), 9_000),
        *bar_lines("LUNAUSDT", fall(60, 0.2, 20), 900_000),
    ]


def write_lines(file: Path, lines: list[str]) -> Path:
    """Write `lines` to `file` and return it."""
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def window_of(file: Path) -> Window:
    """Return the whole window of a file."""
    return cut_window(read_bars([file]), None, None)


def series_of(bars: list[tuple[str, float, float, float, float]], symbol: str = "BTCUSDT") -> Series:
    """Return a series of (time, open, high, low, close)."""
    series = Series(symbol, "bars.csv", 2)
    for moment, *prices in bars:
        first, high, low, last = (round(price * 10**12) for price in prices)
        series.append(parse_moment(moment), (first, high, low, last), 10**8)
    return series
