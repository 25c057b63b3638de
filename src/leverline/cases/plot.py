"""The plots of a case's page, as SVG: the margin level with its bands and what happened, and index prices.

Floats decide nothing here: they are places on paper.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, Final, NamedTuple

from leverline.cases.rows import Row

WIDTH: Final = 960
LEFT: Final = 64
RIGHT: Final = 150
TOP: Final = 14
BOTTOM: Final = 26
LEVEL_HEIGHT: Final = 300
PRICE_HEIGHT: Final = 180
LEVEL_SPAN: Final = 3
"""The level is drawn up to so many times as far above the liquidation level as the highest band lies."""
AFTER: Final = 0.04
"""Share of the time that is shown after the end."""
COLOURS: Final = ("#2f6db5", "#3d8b5f", "#8a5aa8", "#c97b4a", "#4aa3b5", "#b5568a")
MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
TICKS: Final = 6

Points = list[tuple[float, float]]


class Frame(NamedTuple):
    """Where a plot's figures lie on paper."""

    start: float
    end: float
    low: float
    high: float
    height: int

    def x(self, time: float) -> float:
        """Return the place of a time."""
        return LEFT + (time - self.start) / max(self.end - self.start, 1) * (WIDTH - LEFT - RIGHT)

    def y(self, figure: float) -> float:
        """Return the place of a figure, cut at the edges."""
        share = (min(max(figure, self.low), self.high) - self.low) / max(self.high - self.low, 1e-12)
        return TOP + (1 - share) * (self.height - TOP - BOTTOM)


def level_plot(document: Row) -> str:
    """Return the margin level over time, the bands, and marks where it was called, locked, stepped and taken over."""
    points = _points(document["levels"])
    bands = {name: float(document["rules"][key]) for name, key in _BANDS.items()}
    frame = _level_frame(points, bands, document)
    parts = [
        _band(frame, frame.low, bands["liquidation"], "#f6d5d3"),
        _band(frame, bands["liquidation"], bands["margin call"], "#fbecc9"),
    ]
    parts += [_rule(frame, figure, f"{name} {figure:.4g}") for name, figure in bands.items()]
    parts += [_axes(frame, "margin level"), _steps(frame, points, "#1d2833", 2)]
    parts += [_mark(frame, time, word, place) for place, (time, word) in enumerate(marks(document))]
    return _svg(frame.height, "The margin level over time", parts)


_BANDS: Final = {"margin call": "marginCall", "liquidation": "liquidation", "stop": "stop"}


def marks(document: Row) -> list[tuple[float, str]]:
    """Return what is marked on the time axis, in order; what happened at one instant shares a mark."""
    found = [(row["time"], "margin call") for row in document["marginCalls"]]
    found.append((document["case"]["locked"], "locked"))
    found += [(row["time"], f"step {number}") for number, row in enumerate(document["steps"], 1)]
    found += [(row["time"], "takeover") for row in document["takeovers"]]
    if document["case"]["ended"] is not None:
        found.append((document["case"]["ended"], "ended"))
    words: dict[float, list[str]] = {}
    for time, word in sorted(found, key=lambda each: float(each[0])):
        words.setdefault(time, []).append(word)
    return [(time, _joined(each)) for time, each in words.items()]


def _joined(words: list[str]) -> str:
    """Return words of one instant, many steps as a number."""
    steps = [word for word in words if word.startswith("step ")]
    if len(steps) < 2:
        return ", ".join(words)
    return ", ".join(f"{len(steps)} steps" if word == steps[0] else word for word in words if word not in steps[1:])


def price_plot(document: Row) -> str:
    """Return the index prices over time, the first of each = 100; empty where none but USDT counts."""
    series = {asset: _points(rows) for asset, rows in document["indexPrices"].items() if asset != "USDT" and rows}
    series = {
        asset: [(t, 100 * p / points[0][1]) for t, p in points] for asset, points in series.items() if points[0][1]
    }
    if not series:
        return ""
    figures = [figure for points in series.values() for _, figure in points]
    frame = Frame(*_span(_points(document["levels"]), document), *_padded(min(figures), max(figures)), PRICE_HEIGHT)
    parts = [_axes(frame, "index, first = 100")]
    for place, (asset, points) in enumerate(series.items()):
        colour = COLOURS[place % len(COLOURS)]
        parts.append(_steps(frame, points, colour, 1.5))
        parts.append(_text(WIDTH - RIGHT + 6, frame.y(points[-1][1]) + 4, f"{asset} {points[-1][1]:.1f}", colour))
    return _svg(frame.height, "Index prices over time", parts)


def _level_frame(points: Points, bands: dict[str, float], document: Row) -> Frame:
    """Return a frame in which the bands can be told apart; levels far above them are cut."""
    floor, top = bands["liquidation"], max(bands.values())
    high = min(max([figure for _, figure in points]), floor + LEVEL_SPAN * (top - floor))
    low = min([figure for _, figure in points if figure > 0] or [floor])
    return Frame(*_span(points, document), *_padded(min(low, floor), max(high, top)), LEVEL_HEIGHT)


def _span(points: Points, document: Row) -> tuple[float, float]:
    """Return the first and the last time on paper, with some room after what happened last."""
    first, last = points[0][0], max(points[-1][0], document["case"]["ended"] or 0)
    return first, last + max((last - first) * AFTER, 1)


def _padded(low: float, high: float) -> tuple[float, float]:
    """Return both ends with some room."""
    room = max((high - low) * 0.08, abs(high) * 0.002)
    return low - room, high + room


def _points(rows: Sequence[Sequence[Any]]) -> Points:
    """Return rows of a document as numbers."""
    return [(float(time), float(figure)) for time, figure in rows]


def _steps(frame: Frame, points: Points, colour: str, width: float) -> str:
    """Return a line that stays until the next point; where a figure is 0, which is none, it is broken."""
    path = []
    ends = [time for time, _ in points[1:]] + [frame.end]
    before = 0.0
    for (time, figure), end in zip(points, ends, strict=True):
        if figure > 0:
            x, y = frame.x(time), frame.y(figure)
            path.append(f"V{y:.1f}H{frame.x(end):.1f}" if before > 0 else f"M{x:.1f} {y:.1f}H{frame.x(end):.1f}")
        before = figure
    return f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _band(frame: Frame, low: float, high: float, colour: str) -> str:
    """Return a coloured band."""
    top, bottom = frame.y(high), frame.y(low)
    return (
        f'<rect x="{LEFT}" y="{top:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{bottom - top:.1f}" fill="{colour}"/>'
    )


def _rule(frame: Frame, figure: float, word: str) -> str:
    """Return a broken line at a level, with its name."""
    y = frame.y(figure)
    line = f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#9a4a44" stroke-dasharray="5 4"/>'
    is_stop = word.startswith("stop")  # it may lie close above the margin call
    return line + _text(WIDTH - RIGHT + 6, y - 1 if is_stop else y + 9, word, "#9a4a44")


def _mark(frame: Frame, time: float, word: str, place: int) -> str:
    """Return a mark on the time axis; neighbours are written at different heights."""
    x, y = frame.x(time), TOP + 12 + 13 * (place % 4)
    line = (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{frame.height - BOTTOM}" stroke="#2f6db5" stroke-width="0.7"/>'
    )
    is_late = x > (LEFT + WIDTH - RIGHT) / 2
    return line + _text(x - 4 if is_late else x + 4, y, word, "#2f6db5", "end" if is_late else "start")


def _axes(frame: Frame, name: str) -> str:
    """Return both axes with some figures."""
    bottom = frame.height - BOTTOM
    middle = (bottom + TOP) // 2
    parts = [f'<path d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="#5b6570"/>']
    shown = _clock(frame)
    for number in range(TICKS):
        time = frame.start + (frame.end - frame.start) * number / (TICKS - 1)
        parts.append(_text(frame.x(time), bottom + 16, shown(time), "#5b6570", "middle"))
        figure = frame.low + (frame.high - frame.low) * number / (TICKS - 1)
        parts.append(_text(LEFT - 6, frame.y(figure) + 4, f"{figure:.4g}", "#5b6570", "end"))
    parts.append(
        f'<text x="12" y="{middle}" transform="rotate(-90 12 {middle})" text-anchor="middle" class="a">{name}</text>'
    )
    return "".join(parts)


def _clock(frame: Frame) -> Callable[[float], str]:
    """Return how times are written on an axis: days, minutes or seconds."""
    span = frame.end - frame.start
    form = "%d %b %H:%M" if span > DAY_MS else "%H:%M" if span > 10 * MINUTE_MS else "%H:%M:%S"
    return lambda time: datetime.fromtimestamp(time / 1_000, UTC).strftime(form)


def _text(x: float, y: float, word: str, colour: str, anchor: str = "start") -> str:
    """Return a text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(word)}</text>'


def _svg(height: int, title: str, parts: list[str]) -> str:
    """Return a picture."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}" class="plot">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
