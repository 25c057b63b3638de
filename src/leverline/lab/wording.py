"""Figures and counts in words, the same in summary, report and plots."""

from typing import Final

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND

BASIS_POINTS: Final = 10_000


def usdt(value: int) -> str:
    """Return a value of 10⁻⁸ USDT in whole USDT, thousands apart."""
    return f"{(value + UNIT // 2) // UNIT:,}"


def quantity(amount: int) -> str:
    """Return an amount of 10⁻⁸ with as many decimals as still say something."""
    if amount >= 1_000 * UNIT:
        return f"{amount // UNIT:,}"
    return format_plain(amount - amount % (UNIT // 10_000) if amount >= UNIT else amount)


def in_basis_points(part: int, whole: int) -> str:
    """Return part ÷ whole in hundredths of a per cent with one decimal."""
    return f"{part * BASIS_POINTS / whole:.1f}" if whole else "–"


def span(interval: int) -> str:
    """Return a bar's length in words."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if interval % size == 0:
            return f"{interval // size} {unit}"
    return f"{interval / SECOND:g} s"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: 1 asset, 2 assets."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def percent(part: int, whole: int) -> str:
    """Return part ÷ whole in whole per cent; what is not quite nothing or all does not look like it."""
    if not 0 < part < whole:
        return "0 %" if part <= 0 else "100 %"
    return f"{min(max(round(100 * part / whole), 1), 99)} %"


def short_money(value: float, _place: int = 0) -> str:
    """Return a sum of USDT as a short label: 250 k, 1.5 M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g} {unit}".replace("-", "−")
    return f"{value:g}".replace("-", "−")


def roughly(value: int) -> str:
    """Return a value of 10⁻⁸ USDT as a short label with three digits."""
    return short_money(float(f"{value / UNIT:.3g}"))


def is_figure(text: str) -> bool:
    """Whether a cell is a figure, which is set to the right."""
    return text[:1].isdigit() or text[:1] in ("-", "–")
