"""Searching amounts: the largest (or least) grid amount that a rule's own check admits (rule 1.2)."""

from mypy_extensions import mypyc_attr

from leverline.kernel.numbers import ceil_to_grid, div_down, floor_to_grid


@mypyc_attr(allow_interpreted_subclasses=True)
class GridCheck:
    """A question about an amount. Subclasses, compiled or not, answer it by the exact integer rule."""

    def admits(self, amount: int) -> bool:
        """Whether the rule admits `amount`."""
        raise NotImplementedError


def largest_admitted(check: GridCheck, start: int, upper: int, step: int) -> int:
    """Return the largest multiple of `step` in [0, upper] that `check` admits, 0 if it admits none above 0.

    The check must be monotone: what admits an amount admits every smaller one. `start` is a guess, usually a closed
    form; the further it is off, the more often the check is asked (twice the binary logarithm of the distance).
    """
    top = floor_to_grid(upper, step)
    if top <= 0:
        return 0
    guess = floor_to_grid(min(max(start, 0), top), step)
    if guess > 0 and not check.admits(guess):
        return _below(check, guess, step)
    return _above(check, guess, top, step)


def least_admitted(check: GridCheck, start: int, upper: int, step: int) -> int:
    """Return the least multiple of `step` in [step, upper] that `check` admits, 0 if it admits none.

    The check must be monotone the other way: what admits an amount admits every larger one. `start` as above.
    """
    top = floor_to_grid(upper, step)
    if top <= 0 or not check.admits(top):
        return 0
    denial = _Denial(check)
    return largest_admitted(denial, ceil_to_grid(start, step), top - step, step) + step


class _Denial(GridCheck):
    """The opposite of another check."""

    def __init__(self, check: GridCheck) -> None:
        self.check: GridCheck = check

    def admits(self, amount: int) -> bool:
        """Whether the other check does not admit `amount`."""
        return not self.check.admits(amount)


def _above(check: GridCheck, admitted: int, top: int, step: int) -> int:
    """Gallop up from an admitted amount until one is refused or `top` is reached."""
    stride = step
    low = admitted
    while low < top:
        probe = min(low + stride, top)
        if not check.admits(probe):
            return _between(check, low, probe, step)
        low = probe
        stride += stride
    return low


def _below(check: GridCheck, refused: int, step: int) -> int:
    """Gallop down from a refused amount until one is admitted or 0 is reached."""
    stride = step
    high = refused
    while high > step:
        probe = max(high - stride, 0)
        if probe == 0 or check.admits(probe):
            return _between(check, probe, high, step)
        high = probe
        stride += stride
    return 0


def _between(check: GridCheck, low: int, high: int, step: int) -> int:
    """Bisect between an admitted `low` (or 0) and a refused `high`, both on the grid."""
    while high - low > step:
        middle = low + div_down(div_down(high - low, step), 2) * step
        if check.admits(middle):
            low = middle
        else:
            high = middle
    return low
