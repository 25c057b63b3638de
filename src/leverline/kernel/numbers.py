"""Exact integer arithmetic with named rounding (rules 1.1 to 1.3).

Units used everywhere in the core:

* an *amount* or *book price* is an integer of 10⁻⁸,
* an *index price*, *rate* or *ratio* is an integer of 10⁻¹²,
* a *value* is an amount of USDT.
"""

from typing import Final

UNIT: Final = 100_000_000
"""One whole token, or a book price of one."""

INDEX_ONE: Final = 1_000_000_000_000
"""An index price of one USDT."""

RATIO_ONE: Final = 1_000_000_000_000
"""A ratio or rate of one."""

AMOUNT_MAX: Final = 10**27
"""Largest amount a command may name: ten quintillion tokens, above any supply."""

ID_MAX: Final = 2**63 - 1
"""Largest id of a user: the largest integer of a database."""

BOOK_PER_INDEX: Final = INDEX_ONE // UNIT


def mul_div_down(a: int, b: int, c: int) -> int:
    """Return a × b ÷ c rounded down (toward minus infinity); c is positive.

    With a = q × c + r it is q × b + r × b ÷ c. The larger factor is split, so that the products mostly fit a machine
    word, which is much the quicker when compiled.
    """
    if a < b:
        a, b = b, a
    quotient = a // c
    return quotient * b + (a - quotient * c) * b // c


def mul_div_up(a: int, b: int, c: int) -> int:
    """Return a × b ÷ c rounded up (toward plus infinity); c is positive. Split as in `mul_div_down`."""
    if a < b:
        a, b = b, a
    quotient = -(-a // c)
    return quotient * b - (quotient * c - a) * b // c


def mul_div_nearest(a: int, b: int, c: int) -> int:
    """Return a × b ÷ c rounded to the nearest integer, halves up."""
    return (2 * a * b + c) // (2 * c)


def div_down(a: int, b: int) -> int:
    """Return a ÷ b rounded down."""
    return a // b


def div_up(a: int, b: int) -> int:
    """Return a ÷ b rounded up."""
    return -(-a // b)


def floor_to_grid(amount: int, step: int) -> int:
    """Return the largest multiple of `step` that is at most `amount`."""
    return amount - amount % step


def ceil_to_grid(amount: int, step: int) -> int:
    """Return the smallest multiple of `step` that is at least `amount`."""
    return amount + -amount % step


def value_down(amount: int, index_price: int) -> int:
    """Return the value of `amount` at `index_price` in 10⁻⁸ USDT, rounded down (assets, collateral; rule 1.2)."""
    return mul_div_down(amount, index_price, INDEX_ONE)


def value_up(amount: int, index_price: int) -> int:
    """Return the value of `amount` at `index_price` in 10⁻⁸ USDT, rounded up (liabilities, margins; rule 1.2)."""
    return mul_div_up(amount, index_price, INDEX_ONE)


def amount_down(value: int, index_price: int) -> int:
    """Return the amount that is worth `value` at `index_price`, rounded down."""
    return value * INDEX_ONE // index_price


def amount_up(value: int, index_price: int) -> int:
    """Return the amount that is worth `value` at `index_price`, rounded up."""
    return -(-value * INDEX_ONE // index_price)


def quote_down(price: int, quantity: int) -> int:
    """Return price × quantity in 10⁻⁸ of the quote asset, rounded down: what a fill pays (rule 1.2)."""
    return mul_div_down(price, quantity, UNIT)


def quote_up(price: int, quantity: int) -> int:
    """Return price × quantity in 10⁻⁸ of the quote asset, rounded up: what an order locks (rule 1.2)."""
    return mul_div_up(price, quantity, UNIT)
