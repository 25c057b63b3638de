"""Plots of a replay."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from leverline.bars.moments import moment_of
from leverline.kernel.numbers import RATIO_ONE, UNIT
from leverline.kernel.time import MINUTE
from leverline.lab import drawing
from leverline.lab.drawing import AMBER, BLUE, DATES, GREY, INK, RED, SKY
from leverline.lab.records import Sample, Traded
from leverline.lab.replay import Outcome
from leverline.lab.tables import summed
from leverline.lab.wording import short_money

DARK: Final = "#5b6570"
COLOURS: Final = ("#2f6db5", "#e0a326", "#3d8b5f", "#8a5aa8", "#c97b4a", "#4aa3b5", "#9a9a3c", "#b5568a")
"""Of assets drawn one by one."""
LOG_FROM: Final = 20
"""Prices that spread by more than this factor are drawn on a logarithmic scale."""
BAND_FROM: Final = 10
"""Assets from which on a tenth of them is at least one."""
BARS_MAX: Final = 12
CLOSE_UP: Final = 20 * MINUTE
"""How long the worst of a replay is taken to be."""
CLOSE_UP_AFTER: Final = 4
"""One part in so many of it is shown after it."""
CLOSE_UP_FROM: Final = 10
"""It is drawn if at least so many liquidations began in it."""
CLOSE_UP_BINS: Final = 25


def price_plot(outcome: Outcome) -> str:
    """Return prices relative to the start: of each asset where there are few, else the lead and how they spread."""
    samples = outcome.sampler.samples
    with drawing.axes_of(2.9) as ([axes], found):
        if samples[0].moves:
            values = _draw_each(axes, outcome)
        else:
            values = _draw_spread(axes, outcome)
        if max(values) > LOG_FROM * max(min(values), 1e-9):
            axes.set_yscale("log")
            axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_ylabel("start = 100")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
        drawing.set_time_axis(axes, samples[0].time, samples[-1].time)
        drawing.set_legend(axes, 8)
    return found[0]


def _draw_each(axes: Axes, outcome: Outcome) -> list[float]:
    """Draw every asset from its first price on, name the one that fell most at its end; return the prices drawn."""
    samples, assets = outcome.sampler.samples, outcome.window.assets
    drawn: list[float] = []
    for place, asset in enumerate(assets):
        points = [(moment_of(sample.time), _relative(sample.moves[place])) for sample in samples if sample.moves[place]]
        values = [value for _, value in points]
        drawn += values
        color = INK if asset == outcome.sampler.lead else COLOURS[place]
        axes.plot([moment for moment, _ in points], values, color=color, label=asset)  # type: ignore[arg-type]
    last = samples[-1].moves
    worst = min((place for place in range(len(assets)) if last[place]), key=lambda place: last[place])
    if len(assets) > 1:
        axes.annotate(
            f"{assets[worst]} {_relative(last[worst]):.3g}",
            (DATES.date2num(moment_of(samples[-1].time)), _relative(last[worst])),
            xytext=(-4, 5), textcoords="offset points", ha="right", color=RED, fontweight="bold",
        )  # fmt: skip
    return drawn


def _draw_spread(axes: Axes, outcome: Outcome) -> list[float]:
    """Draw the lead asset, the median and the middle of all assets; return the edges of the middle."""
    samples = outcome.sampler.samples
    times = drawing.times_of(samples)
    low, middle, high = ([_relative(sample.spread[place]) for sample in samples] for place in range(3))
    is_band = len(outcome.window.tracks) >= BAND_FROM
    name = "middle 80 % of the assets" if is_band else "lowest to highest asset"
    axes.fill_between(times, low, high, color=SKY, alpha=0.6, linewidth=0, label=name)
    axes.plot(times, middle, color=BLUE, label="median asset")
    axes.plot(times, [_relative(sample.lead) for sample in samples], color=INK, label=outcome.sampler.lead)
    return low + high


def _relative(ratio: int) -> float:
    """Return a ratio of 10⁻¹² in per cent."""
    return 100 * ratio / RATIO_ONE


def status_plot(outcome: Outcome) -> str:
    """Return how many accounts were in each band of the margin level; empty without accounts."""
    samples = outcome.sampler.samples
    if not outcome.opening.accounts:
        return ""
    with drawing.axes_of(2.9) as ([axes], found):
        _draw_status(axes, samples)
        drawing.set_time_axis(axes, samples[0].time, samples[-1].time)
    return found[0]


def _draw_status(axes: Axes, samples: Sequence[Sample]) -> None:
    bands = (
        ([sample.status[1] for sample in samples], SKY, "normal"),
        ([sample.status[2] for sample in samples], AMBER, "margin call"),
        ([sample.status[3] for sample in samples], RED, "in liquidation"),
        ([sample.emptied for sample in samples], DARK, "liquidated, nothing left"),
        ([max(sample.status[0] - sample.emptied, 0) for sample in samples], GREY, "no debt, or free to transfer out"),
    )
    axes.stackplot(
        drawing.times_of(samples),
        *(counts for counts, _, _ in bands),
        colors=[color for _, color, _ in bands],
        labels=[label for _, _, label in bands],
        linewidth=0,
    )
    axes.set_ylabel("accounts")
    axes.set_ylim(0, max(sum(samples[0].status), 1))
    drawing.set_legend(axes)


def liquidated_plot(outcome: Outcome) -> str:
    """Return the value liquidated so far: sold in the books, and taken over; empty if nothing was."""
    samples = outcome.sampler.samples
    if not outcome.tally.liquidations:
        return ""
    with drawing.axes_of(2.6) as ([axes], found):
        _draw_value(axes, samples)
        drawing.set_time_axis(axes, samples[0].time, samples[-1].time)
    return found[0]


def _draw_value(axes: Axes, samples: Sequence[Sample]) -> None:
    """Draw the value liquidated since the first sample."""
    first = samples[0]
    axes.stackplot(
        drawing.times_of(samples),
        drawing.in_usdt([sample.sold - first.sold for sample in samples]),
        drawing.in_usdt([sample.taken_over - first.taken_over for sample in samples]),
        colors=[BLUE, AMBER],
        labels=["sold in the books", "taken over"],
        linewidth=0,
    )
    drawing.set_money(axes, "USDT, summed up")
    drawing.set_legend(axes)


def pace_plot(outcome: Outcome) -> str:
    """Return how many liquidations began in each bar; empty if none did."""
    samples, interval = outcome.sampler.samples, outcome.sampler.interval
    if not outcome.tally.liquidations:
        return ""
    with drawing.axes_of(2.1) as ([axes], found):
        _draw_pace(axes, samples, list(range(outcome.window.start, samples[-1].time + interval, interval)))
        drawing.set_time_axis(axes, samples[0].time, samples[-1].time)
    return found[0]


def _draw_pace(axes: Axes, samples: Sequence[Sample], edges: list[int]) -> None:
    """Draw how many liquidations began between two of `edges`."""
    times = [sample.time for sample in samples]
    counts = [samples[max(bisect_right(times, edge) - 1, 0)].liquidations for edge in edges]
    begun = [later - earlier for earlier, later in pairwise(counts)]
    axes.stairs(begun, [DATES.date2num(moment_of(edge)) for edge in edges], color=RED, fill=True)
    axes.set_ylabel("liquidations begun")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))


def fund_plot(outcome: Outcome) -> str:
    """Return the insurance fund's value, and the deficits of accounts so far; empty if there was never a fund."""
    samples = outcome.sampler.samples
    if not any(sample.fund for sample in samples):
        return ""
    with drawing.axes_of(2.4) as ([axes], found):
        _draw_fund(axes, samples)
        drawing.set_time_axis(axes, samples[0].time, samples[-1].time)
    return found[0]


def _draw_fund(axes: Axes, samples: Sequence[Sample]) -> None:
    times = drawing.times_of(samples)
    axes.plot(times, drawing.in_usdt([sample.fund for sample in samples]), color=BLUE, label="insurance fund")
    if samples[-1].deficits:
        deficits = drawing.in_usdt([sample.deficits for sample in samples])
        axes.plot(times, deficits, color=RED, label="deficits of accounts, summed up")
    drawing.set_money(axes, "USDT")
    drawing.set_legend(axes)


def worst_span(samples: Sequence[Sample], span: int = CLOSE_UP) -> Sequence[Sample]:
    """Return the samples of the `span` in which most liquidations began, and of a little time after.

    None if few did, or if that is about all there is.
    """
    times = [sample.time for sample in samples]
    spans = [(bisect_left(times, sample.time - span), place) for place, sample in enumerate(samples)]
    counts = [samples[last].liquidations - samples[first].liquidations for first, last in spans]
    most = max(counts)
    if most < CLOSE_UP_FROM or times[-1] - times[0] < 3 * span:
        return []
    first, last = spans[counts.index(most)]
    return samples[first : bisect_right(times, times[last] + span // CLOSE_UP_AFTER)]


def close_up_plot(outcome: Outcome) -> str:
    """Return the worst of the replay: status, pace, value and fund on one scale; empty if nothing was that bad."""
    samples = worst_span(outcome.sampler.samples, max(CLOSE_UP, 3 * outcome.window.interval))
    if not samples:
        return ""
    start, end = samples[0].time, samples[-1].time
    step = max((end - start) // CLOSE_UP_BINS, 1)
    with drawing.axes_of(2.6, 1.5, 2.0, 1.9) as ([status, pace, value, fund], found):
        _draw_status(status, samples)
        _draw_pace(pace, samples, [*range(start, end, step), end])
        pace.set_ylabel("begun")
        _draw_value(value, samples)
        _draw_fund(fund, samples)
        for axes in (status, pace, value, fund):
            drawing.set_time_axis(axes, start, end)
            if axes is not fund:
                axes.set_xlabel("")
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
    with drawing.axes_of(0.7 + 0.26 * len(order)) as ([axes], found):
        bars = axes.barh(order, [sums[asset].value / UNIT for asset in order], color=BLUE, height=0.7)
        labels = [f"{100 * sums[asset].slippage / max(sums[asset].value, 1):.2f} %" for asset in order]
        axes.bar_label(bars, labels=labels, padding=4, color=INK)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.margins(x=0.1)
        axes.xaxis.set_major_formatter(FuncFormatter(short_money))
        axes.set_xlabel("value at index, USDT; slippage against the index at the bar")
    return found[0]
