"""The way of the index through the bars.

A bar of duration D is four prices at four moments, a quarter of D apart: open, the two extremes, close. A bar that
rises (close ≥ open) is taken to have made its low first, one that falls its high: open → low → high → close or
open → high → low → close. A move of more than LEG_MOVE between two of them goes through steps of equal ratio, their
number a power of two, at most one per second; so does the gap to the next bar unless a bar is missing between.
"""

from collections.abc import Iterator
from decimal import Context, Decimal
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Final

from leverline.bars.window import Track, Window
from leverline.kernel.time import SECOND

LEG_MOVE: Final = 25
"""A move of more than one part in so many is walked in steps."""
LEG_STEPS_MAX: Final = 64
_CONTEXT: Final = Context(prec=28)

Price = tuple[int, int, str, int]
"""Time, place among the tracks, asset, index price of 10⁻¹²."""


class Step:
    """A moment at which index prices are published."""

    def __init__(self, time: int, prices: list[tuple[str, int]]) -> None:
        self.time = time
        self.prices = prices


def walk(window: Window) -> Iterator[Step]:
    """Yield the index steps of all tracks in order of time."""
    roads = [track_prices(place, track) for place, track in enumerate(window.tracks)]
    for time, prices in groupby(merge(*roads), key=itemgetter(0)):
        yield Step(time, [(price[2], price[3]) for price in prices])


def track_prices(place: int, track: Track) -> Iterator[Price]:
    """Yield the index prices of one track."""
    series = track.series
    last_time, last_quarter, last_price = series.times[0] - track.interval, 0, 0
    following = [*series.times[1:], track.end]
    for time, end, first, high, low, last in zip(
        series.times, following, series.opens, series.highs, series.lows, series.closes, strict=True
    ):
        quarter = min(track.interval, end - time) // 4
        if time - last_time == last_quarter and _is_long(last_price, first):
            yield from _between(place, track.asset, last_time, last_quarter, last_price, first)
        yield time, place, track.asset, first
        previous, moment = first, time
        for price in (low, high, last) if last >= first else (high, low, last):
            if _is_long(previous, price):
                yield from _between(place, track.asset, moment, quarter, previous, price)
            moment += quarter
            yield moment, place, track.asset, price
            previous = price
        last_time, last_quarter, last_price = moment, quarter, last


def _is_long(start: int, end: int) -> bool:
    return abs(end - start) * LEG_MOVE > min(start, end)


def _between(place: int, asset: str, time: int, duration: int, start: int, end: int) -> Iterator[Price]:
    """Yield the prices strictly between two of a leg, at equal ratios."""
    ratio = _CONTEXT.divide(Decimal(end), Decimal(start))
    wanted = abs(_CONTEXT.ln(ratio)) * LEG_MOVE
    count = 1
    while count < wanted and count < LEG_STEPS_MAX and duration >= 2 * count * SECOND:
        count *= 2
    factor = _CONTEXT.power(ratio, _CONTEXT.divide(Decimal(1), Decimal(count)))
    price = Decimal(start)
    for step in range(1, count):
        price = _CONTEXT.multiply(price, factor)
        yield time + duration * step // count, place, asset, max(int(price), 1)
