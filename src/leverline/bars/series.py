"""Price bars from csv or csv.gz files: read, checked line by line, one series per symbol.

A file has the header `symbol,open_time,open,high,low,close,volume` and one bar per line, in any order of symbols, each
symbol's bars in order of time. Whatever does not hold raises BarFault, which names file, line and reason.
"""

import csv
import re
from collections.abc import Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import Final

from leverline.bars.faults import BarFault, shortened
from leverline.bars.lines import open_lines
from leverline.bars.moments import MomentError, parse_moment
from leverline.kernel.decimals import AMOUNT_DECIMALS, RATIO_DECIMALS
from leverline.kernel.numbers import INDEX_ONE, UNIT

COLUMNS: Final = ("symbol", "open_time", "open", "high", "low", "close", "volume")
PRICE_MAX: Final = 10**9
"""Highest price a bar may have, in whole USDT."""
VOLUME_MAX: Final = 10**18
"""Largest volume a bar may have, in whole base units."""
_SYMBOL: Final = re.compile(r"[A-Z0-9]{1,20}")
_NUMBER: Final = re.compile(r"-?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?")
"""A decimal number in plain or exponent form, in ASCII digits and nothing else."""
_EXACT: Final = Context(prec=100)
"""Holds every digit that _NUMBER lets through."""


class Series:
    """The bars of one symbol in order of time: prices in 10⁻¹², volumes in 10⁻⁸ of the base."""

    def __init__(self, symbol: str, file: str, line: int) -> None:
        self.symbol = symbol
        self.file = file
        self.line = line
        """Where its first bar stands."""
        self.times: list[int] = []
        self.opens: list[int] = []
        self.highs: list[int] = []
        self.lows: list[int] = []
        self.closes: list[int] = []
        self.volumes: list[int] = []

    def __len__(self) -> int:
        return len(self.times)

    def append(self, time: int, prices: tuple[int, int, int, int], volume: int) -> None:
        """Add the next bar; `prices` are open, high, low and close."""
        self.times.append(time)
        self.opens.append(prices[0])
        self.highs.append(prices[1])
        self.lows.append(prices[2])
        self.closes.append(prices[3])
        self.volumes.append(volume)

    def part(self, first: int, last: int) -> "Series":
        """Return the bars from index `first` up to but without `last`."""
        found = Series(self.symbol, self.file, self.line)
        for name in ("times", "opens", "highs", "lows", "closes", "volumes"):
            setattr(found, name, getattr(self, name)[first:last])
        return found


def read_bars(files: Sequence[Path]) -> dict[str, Series]:
    """Return the series of all `files` by symbol, in order of symbols. Raises BarFault."""
    found: dict[str, list[Series]] = {}
    for file in files:
        for series in _read_file(file).values():
            found.setdefault(series.symbol, []).append(series)
    return {symbol: _joined(found[symbol]) for symbol in sorted(found)}


def _joined(parts: list[Series]) -> Series:
    """Return one series of a symbol's parts from several files, whose spans must not overlap."""
    parts.sort(key=lambda part: part.times[0])
    whole = parts[0]
    for part in parts[1:]:
        if part.times[0] <= whole.times[-1]:
            raise BarFault(
                part.file, part.line, f"bars of {part.symbol} overlap those of {whole.file}, line {whole.line}"
            )
        for name in ("times", "opens", "highs", "lows", "closes", "volumes"):
            getattr(whole, name).extend(getattr(part, name))
    return whole


def _read_file(file: Path) -> dict[str, Series]:
    with open_lines(file) as lines:
        reader = _Rows(file)
        rows = csv.reader(lines)
        try:
            check_header(str(file), next(rows, None))
            while True:
                reader.line = rows.line_num + 1
                row = next(rows, None)
                if row is None:
                    break
                if row:
                    reader.add(row)
        except csv.Error as fault:
            raise BarFault(str(file), rows.line_num, f"not readable as csv: {fault}") from fault
    if not reader.found:
        raise BarFault(str(file), 1, "there is no bar after the header")
    return reader.found


def check_header(file: str, header: list[str] | None) -> None:
    """Raise BarFault that names what is wrong with the first line."""
    if header is None:
        raise BarFault(file, 1, "the file is empty")
    names = [name.strip() for name in header]
    if tuple(names) == COLUMNS:
        return
    missing = [name for name in COLUMNS if name not in names]
    what = f"has no {', '.join(missing)}" if missing else f"is not {','.join(COLUMNS)!r}"
    raise BarFault(file, 1, f"the header {what}: it is {shortened(','.join(header))}")


def parse_scaled(text: str, decimals: int) -> int:
    """Return the number that `text` names in 10⁻`decimals`; digits beyond are cut. Raises ValueError."""
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return int(Decimal(text).scaleb(decimals, _EXACT))


class _Rows:
    """Turns the rows of one file into bars."""

    def __init__(self, file: Path) -> None:
        self.file = str(file)
        self.line = 1
        self.moments: dict[str, int] = {}
        """Times met so far: symbols share them."""
        self.found: dict[str, Series] = {}

    def fault(self, reason: str) -> BarFault:
        return BarFault(self.file, self.line, reason)

    def add(self, row: list[str]) -> None:
        """Check one bar and append it to its series."""
        if len(row) != len(COLUMNS):
            raise self.fault(f"{len(row)} columns where there must be {len(COLUMNS)}")
        symbol, moment = row[0], row[1]
        series = self.found.get(symbol) or self.open_series(symbol)
        time = self.moments.get(moment)
        if time is None:
            time = self.moments[moment] = self.read_moment(moment)
        if series.times and time <= series.times[-1]:
            what = "a second bar" if time == series.times[-1] else "a bar out of order"
            raise self.fault(f"{what} of {symbol} at {moment}")
        series.append(time, self.read_prices(row), self.read_volume(row[6]))

    def open_series(self, symbol: str) -> Series:
        if _SYMBOL.fullmatch(symbol) is None:
            raise self.fault(f"{shortened(symbol)} is not a symbol like BTCUSDT: 1 to 20 of A to Z and 0 to 9")
        return self.found.setdefault(symbol, Series(symbol, self.file, self.line))

    def read_moment(self, text: str) -> int:
        try:
            return parse_moment(text)
        except MomentError as fault:
            raise self.fault(str(fault)) from fault

    def read_prices(self, row: list[str]) -> tuple[int, int, int, int]:
        """Return open, high, low and close, which must be positive and in order."""
        try:
            first, high, low, last = [parse_scaled(text, RATIO_DECIMALS) for text in row[2:6]]
        except ValueError:
            raise self.fault(number_complaint(row)) from None
        if high < low:
            raise self.fault(f"high {row[3]} is below low {row[4]}")
        if low <= 0:
            raise self.fault(f"low {row[4]} is not a positive price")
        if high > PRICE_MAX * INDEX_ONE:
            raise self.fault(f"high {row[3]} is above {PRICE_MAX} USDT")
        if not (low <= first <= high and low <= last <= high):
            raise self.fault(f"open {row[2]} or close {row[5]} is not between low {row[4]} and high {row[3]}")
        return first, high, low, last

    def read_volume(self, text: str) -> int:
        """Return the volume, which must not be negative; digits beyond the precision are cut."""
        try:
            volume = parse_scaled(text, AMOUNT_DECIMALS)
        except ValueError:
            raise self.fault(f"volume {shortened(text)} is not a number") from None
        if not 0 <= volume <= VOLUME_MAX * UNIT:
            raise self.fault(f"volume {text} is negative or above {VOLUME_MAX}")
        return volume


def number_complaint(row: list[str]) -> str:
    """Return which of the four prices is no number."""
    names = zip(COLUMNS[2:6], row[2:6], strict=True)
    return next(f"{name} {shortened(text)} is not a number" for name, text in names if not _NUMBER.fullmatch(text))
