"""Names of market streams, and what each means."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

NAME_MAX: Final = 120
"""Characters of a stream's name or a listen key."""


class Kind(Enum):
    """What a stream tells."""

    TRADE = auto()
    AGGREGATE = auto()
    BOOK_TICKER = auto()
    DEPTH = auto()
    PARTIAL_DEPTH = auto()
    KLINE = auto()
    MINI_TICKER = auto()
    TICKER = auto()
    WINDOW_TICKER = auto()
    AVERAGE_PRICE = auto()
    REFERENCE_PRICE = auto()
    SILENT = auto()
    """A stream of the documents on which this venue has nothing to tell."""


@dataclass(frozen=True, slots=True)
class StreamName:
    """A stream by its parts. `symbol` is empty for all pairs at once."""

    kind: Kind
    symbol: str = ""
    detail: str = ""
    """Interval or window."""
    levels: int = 0
    is_fast: bool = False
    """Every 100 ms instead of every second."""
    is_shifted: bool = False
    """Days begin at midnight in UTC+8."""


INTERVALS: Final = "1s|1m|3m|5m|15m|30m|1h|2h|4h|6h|8h|12h|1d|3d|1w|1M"
_PAIR: Final = re.compile(r"([a-z0-9._-]{1,20})@(\w.{0,40})")
_KLINE: Final = re.compile(rf"kline_({INTERVALS})(@\+08:00)?")
_DEPTH: Final = re.compile(r"depth(5|10|20)?(@100ms|@1000ms)?")
_WINDOW: Final = re.compile(r"ticker_(1h|4h|1d)")
_SIMPLE: Final = {
    "trade": Kind.TRADE,
    "aggTrade": Kind.AGGREGATE,
    "bookTicker": Kind.BOOK_TICKER,
    "miniTicker": Kind.MINI_TICKER,
    "ticker": Kind.TICKER,
    "avgPrice": Kind.AVERAGE_PRICE,
    "blockTrade": Kind.SILENT,
    "referencePrice": Kind.REFERENCE_PRICE,
}
_ALL: Final = {
    "!miniTicker@arr": StreamName(Kind.MINI_TICKER),
    "!ticker@arr": StreamName(Kind.TICKER),
    "!ticker_1h@arr": StreamName(Kind.WINDOW_TICKER, detail="1h"),
    "!ticker_4h@arr": StreamName(Kind.WINDOW_TICKER, detail="4h"),
    "!ticker_1d@arr": StreamName(Kind.WINDOW_TICKER, detail="1d"),
    "!bookTicker": StreamName(Kind.BOOK_TICKER),
}


def parse_name(text: str) -> StreamName | None:
    """Return what a name means, or None if it is none; whether the pair exists is another matter."""
    found = _ALL.get(text)
    if found is not None:
        return found
    match = _PAIR.fullmatch(text)
    if match is None:
        return None
    symbol, kind = match[1].upper(), match[2]
    if kind in _SIMPLE:
        return StreamName(_SIMPLE[kind], symbol)
    if (part := _KLINE.fullmatch(kind)) is not None:
        return StreamName(Kind.KLINE, symbol, part[1], is_shifted=part[2] is not None)
    if (part := _DEPTH.fullmatch(kind)) is not None:
        levels, is_fast = int(part[1] or 0), part[2] == "@100ms"
        return StreamName(Kind.PARTIAL_DEPTH if levels else Kind.DEPTH, symbol, levels=levels, is_fast=is_fast)
    if (part := _WINDOW.fullmatch(kind)) is not None:
        return StreamName(Kind.WINDOW_TICKER, symbol, part[1])
    return None
