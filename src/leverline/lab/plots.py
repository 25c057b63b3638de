"""Plots of a replay as SVG text to stand inside a page."""

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Final

import matplotlib as mpl
from matplotlib import dates as mpl_dates
from matplotlib.axes import Axes
from matplotlib.backends import backend_svg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from leverline.kernel.numbers import UNIT
from leverline.kernel.time import HOUR
from leverline.lab.facts import relative, summed
from leverline.lab.moments import moment_of
from leverline.lab.records import Sample, Traded
from leverline.lab.replay import Outcome

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
LOG_FROM: Final = 20
"""Prices that spread by more than this factor are drawn on a logarithmic scale."""
BARS_MAX: Final = 12
CLOSE_UP_FROM: Final = 10
"""The worst hour is drawn if at least so many liquidations began in it."""

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
def _axes(height: float) -> Iterator[tuple[Axes, list[str]]]:
    """Give axes to draw on; afterwards the list holds the SVG."""
    found: list[str] = []
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        canvas = CANVAS(figure)
        yield figure.subplots(), found
        buffer = io.StringIO()
        canvas.print_svg(buffer, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    found.append(_inline(buffer.getvalue()))


def _inline(svg: str) -> str:
    """Return the `svg` element alone, without metadata and with a size that the page decides."""
    svg = _METADATA.sub("", _PREAMBLE.sub("", svg, count=1))
    head, rest = svg.split(">", 1)
    head = re.sub(r'\s(?:width|height)="[^"]*"', "", head)
    return f'{head} role="img">{rest}'


def _times(samples: Sequence[Sample]) -> list[Any]:
    return [moment_of(sample.time) for sample in samples]


def _set_time_axis(axes: Axes, samples: Sequence[Sample]) -> None:
    locator = DATES.AutoDateLocator(minticks=5, maxticks=11)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(DATES.ConciseDateFormatter(locator))
    axes.set_xlim(DATES.date2num(moment_of(samples[0].time)), DATES.date2num(moment_of(samples[-1].time)))
    axes.grid(visible=False, axis="x")


def _legend(axes: Axes) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, borderaxespad=0.2, handlelength=1.4)


def _money(axes: Axes) -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(short_money))


def short_money(value: float, _place: int = 0) -> str:
    """Return a sum of USDT as a short label: 250 k, 1.5 M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g} {unit}".replace("-", "−")
    return f"{value:g}".replace("-", "−")


def price_plot(outcome: Outcome) -> str:
    """Return prices relative to the start: the lead asset, the median, and the middle four fifths of all assets."""
    samples, lead = outcome.sampler.samples, outcome.sampler.lead
    times = _times(samples)
    with _axes(2.9) as (axes, found):
        low, middle, high = ([100 * relative(sample.spread[place]) for sample in samples] for place in range(3))
        if len(outcome.window.tracks) > 2:
            axes.fill_between(times, low, high, color=SKY, alpha=0.6, linewidth=0, label="middle 80 % of the assets")
            axes.plot(times, middle, color=BLUE, label="median asset")
        axes.plot(times, [100 * relative(sample.lead) for sample in samples], color=INK, label=lead)
        if max(high) > LOG_FROM * max(min(low), 1e-9):
            axes.set_yscale("log")
            axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_ylabel("start = 100")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
        _set_time_axis(axes, samples)
        _legend(axes)
    return found[0]


def status_plot(samples: Sequence[Sample]) -> str:
    """Return how many accounts were in each band of the margin level."""
    bands = (
        (2, SKY, "normal"),
        (3, AMBER, "margin call"),
        (4, RED, "in liquidation"),
        (1, GREY, "without debt, or free to transfer out"),
    )
    with _axes(2.9) as (axes, found):
        axes.stackplot(
            _times(samples),
            *([sample.status[band - 1] for sample in samples] for band, _, _ in bands),
            colors=[color for _, color, _ in bands],
            labels=[label for _, _, label in bands],
            linewidth=0,
        )
        axes.set_ylabel("accounts")
        axes.set_ylim(0, max(sum(samples[0].status), 1))
        _set_time_axis(axes, samples)
        _legend(axes)
    return found[0]


def worst_hour(samples: Sequence[Sample]) -> Sequence[Sample]:
    """Return the samples of the hour in which most liquidations began, a little before included; none if few did."""
    times = [sample.time for sample in samples]
    spans = [(bisect_left(times, sample.time - HOUR), place) for place, sample in enumerate(samples)]
    counts = [samples[last].liquidations - samples[first].liquidations for first, last in spans]
    most = max(counts)
    if most < CLOSE_UP_FROM or times[-1] - times[0] < 3 * HOUR:
        return []
    first, last = spans[counts.index(most)]
    return samples[max(first - 1, 0) : last + 1]


def liquidated_plot(outcome: Outcome) -> str:
    """Return the value liquidated so far: sold in the books, and taken over."""
    samples = outcome.sampler.samples
    with _axes(2.6) as (axes, found):
        axes.stackplot(
            _times(samples),
            [sample.sold / UNIT for sample in samples],
            [sample.taken_over / UNIT for sample in samples],
            colors=[BLUE, AMBER],
            labels=["sold in the books", "taken over"],
            linewidth=0,
        )
        axes.set_ylabel("USDT, summed up")
        axes.set_ylim(bottom=0)
        _money(axes)
        _set_time_axis(axes, samples)
        _legend(axes)
    return found[0]


def pace_plot(outcome: Outcome) -> str:
    """Return how many liquidations began in each bar."""
    samples, interval = outcome.sampler.samples, outcome.sampler.interval
    first = outcome.window.start
    edges = range(first, samples[-1].time + interval, interval)
    times = [sample.time for sample in samples]
    counts = [samples[max(bisect_right(times, edge) - 1, 0)].liquidations for edge in edges]
    begun = [later - earlier for earlier, later in pairwise(counts)]
    with _axes(2.1) as (axes, found):
        axes.stairs(begun, [DATES.date2num(moment_of(edge)) for edge in edges], color=RED, fill=True)
        axes.set_ylabel("liquidations begun")
        axes.set_ylim(bottom=0)
        _set_time_axis(axes, samples)
    return found[0]


def fund_plot(outcome: Outcome) -> str:
    """Return the insurance fund's value, and the deficits of accounts so far."""
    samples = outcome.sampler.samples
    with _axes(2.4) as (axes, found):
        axes.plot(_times(samples), [sample.fund / UNIT for sample in samples], color=BLUE, label="insurance fund")
        if samples[-1].deficits:
            deficits = [sample.deficits / UNIT for sample in samples]
            axes.plot(_times(samples), deficits, color=RED, label="deficits of accounts, summed up")
        axes.set_ylabel("USDT")
        axes.set_ylim(bottom=0)
        _money(axes)
        _set_time_axis(axes, samples)
        _legend(axes)
    return found[0]


def sold_plot(outcome: Outcome) -> str:
    """Return the assets traded by regular liquidation, the largest first, each with its slippage; empty if none."""
    by_asset: dict[str, list[Traded]] = {}
    for (asset, _), row in outcome.tally.liquidation_trades.items():
        by_asset.setdefault(asset, []).append(row)
    sums = {asset: summed(rows) for asset, rows in by_asset.items()}
    order = sorted(sums, key=lambda asset: (-sums[asset].value, asset))[:BARS_MAX]
    if not order:
        return ""
    with _axes(0.7 + 0.26 * len(order)) as (axes, found):
        bars = axes.barh(order, [sums[asset].value / UNIT for asset in order], color=BLUE, height=0.7)
        labels = [f"{100 * sums[asset].slippage / max(sums[asset].value, 1):.2f} %" for asset in order]
        axes.bar_label(bars, labels=labels, padding=4, color=INK)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.margins(x=0.1)
        axes.xaxis.set_major_formatter(FuncFormatter(short_money))
        axes.set_xlabel("value at index, USDT; slippage against the index at the bar")
    return found[0]
