"""Axes to draw a replay on, as SVG text to stand inside a page."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
from matplotlib import dates as mpl_dates
from matplotlib.axes import Axes
from matplotlib.backends import backend_svg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from leverline.bars.moments import moment_of
from leverline.kernel.numbers import UNIT
from leverline.lab.records import Sample
from leverline.lab.wording import short_money

DATES: Final[Any] = mpl_dates
"""Matplotlib's dates have no types."""
CANVAS: Final[Any] = backend_svg.FigureCanvasSVG
INK: Final = "#2b3440"
FAINT: Final = "#8a94a0"
BLUE: Final = "#2f6db5"
SKY: Final = "#a9c8e8"
AMBER: Final = "#e0a326"
RED: Final = "#c2402f"
GREY: Final = "#d5dae0"
WIDTH: Final = 9.6

_STYLE: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "leverline",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e6e9ed",
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
}
_PREAMBLE: Final = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA: Final = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)


@contextmanager
def axes_of(*heights: float) -> Iterator[tuple[list[Axes], list[str]]]:
    """Give axes of these heights, one below the other with one scale of time; afterwards the list holds the SVG."""
    found: list[str] = []
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
        canvas = CANVAS(figure)
        grid: Any = figure.subplots(
            len(heights), 1, sharex=len(heights) > 1, squeeze=False, gridspec_kw={"height_ratios": heights}
        )
        yield list(grid[:, 0]), found
        buffer = io.StringIO()
        canvas.print_svg(buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    found.append(_inline(buffer.getvalue()))


def _inline(svg: str) -> str:
    """Return the `svg` element alone, without metadata and with a size that the page decides."""
    svg = _METADATA.sub("", _PREAMBLE.sub("", svg, count=1))
    head, rest = svg.split(">", 1)
    head = re.sub(r'\s(?:width|height)="[^"]*"', "", head)
    return f'{head} role="img">{rest}'


def times_of(samples: Sequence[Sample]) -> list[Any]:
    """Return when the samples were taken, as matplotlib takes it."""
    return [moment_of(sample.time) for sample in samples]


def set_time_axis(axes: Axes, start: int, end: int) -> None:
    """Draw the time from `start` to `end`, with the day of the start in the corner."""
    locator = DATES.AutoDateLocator(minticks=5, maxticks=11)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(DATES.ConciseDateFormatter(locator, show_offset=False))
    axes.set_xlim(DATES.date2num(moment_of(start)), DATES.date2num(moment_of(end)))
    axes.set_xlabel(f"from {moment_of(start):%Y-%m-%d %H:%M} UTC", loc="left", color=FAINT, fontsize=8.5)
    axes.grid(visible=False, axis="x")


def set_legend(axes: Axes, columns: int = 5) -> None:
    """Put the legend above the plot."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, handlelength=1.4)


def set_money(axes: Axes, label: str) -> None:
    """Label an axis of USDT that begins at nothing."""
    axes.set_ylabel(label)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(short_money))


def in_usdt(values: Sequence[int]) -> list[float]:
    """Return values of 10⁻⁸ USDT in whole USDT."""
    return [value / UNIT for value in values]
