"""Fractions of whole tokens and USDT, and the roundings of rule 1.2 to the eight decimals of posted amounts."""

from fractions import Fraction
from functools import lru_cache
from math import floor

UNIT = 10**8
FINE = 10**12


@lru_cache(maxsize=20_000)
def tokens(posted: int) -> Fraction:
    """Return a posted amount (or book price) of 10⁻⁸ as a fraction of whole units."""
    return Fraction(posted, UNIT)


@lru_cache(maxsize=20_000)
def fine(figure: int) -> Fraction:
    """Return an index price, rate or ratio of 10⁻¹² as a fraction."""
    return Fraction(figure, FINE)


def down(exact: Fraction) -> int:
    """Return an exact amount posted downwards."""
    return exact.numerator * UNIT // exact.denominator


def up(exact: Fraction) -> int:
    """Return an exact amount posted upwards."""
    return -(-exact.numerator * UNIT // exact.denominator)


def half_up(exact: Fraction) -> int:
    """Return an exact amount posted to the nearest unit, halves up."""
    return floor(exact * UNIT + Fraction(1, 2))


def value_down(exact: Fraction) -> Fraction:
    """Return a value cut to eight decimals."""
    return Fraction(down(exact), UNIT)


def value_up(exact: Fraction) -> Fraction:
    """Return a value raised to eight decimals."""
    return Fraction(up(exact), UNIT)


def grid_down(amount: int, step: int) -> int:
    """Return the largest multiple of `step` not above `amount`."""
    return amount // step * step


def grid_up(amount: int, step: int) -> int:
    """Return the smallest multiple of `step` not below `amount`."""
    return -(-amount // step) * step
