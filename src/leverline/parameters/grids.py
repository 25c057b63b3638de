"""Round figures: numbers that a person would have chosen."""

from typing import Final

from leverline.kernel.numbers import floor_to_grid

NICE_LEADS: Final = (1, 2, 5)
KEPT_DIGITS: Final = 2


def power_of_ten(exponent: int) -> int:
    """Return ten to the power of `exponent`, which is not negative."""
    return int(10**exponent)


def power_of_ten_down(number: int) -> int:
    """Return the largest power of ten that is at most `number`, which is positive."""
    assert number > 0, number
    return power_of_ten(len(str(number)) - 1)


def power_of_ten_up(number: int) -> int:
    """Return the smallest power of ten that is at least `number`, which is positive."""
    power = power_of_ten_down(number)
    return power if power == number else power * 10


def nice_up(number: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is at least `number`, which is positive."""
    power = power_of_ten_down(number)
    for lead in NICE_LEADS:
        if number <= lead * power:
            return lead * power
    return 10 * power


def round_down(number: int) -> int:
    """Return `number` with only its two leading digits kept."""
    excess = len(str(number)) - KEPT_DIGITS
    return floor_to_grid(number, power_of_ten(excess)) if excess > 0 else number
