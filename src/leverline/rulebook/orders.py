"""What margin asks of orders: shortfall, protection prices, price bands, the guard of the margin call (rule 9).

Amounts and book prices in 10⁻⁸, index prices and ratios in 10⁻¹². A book price is compared with
index(base) ÷ index(quote) by products.
"""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE, UNIT, ceil_to_grid, floor_to_grid, mul_div_down, mul_div_up
from leverline.rulebook.bands import is_above

BASIS_POINTS: Final = 10_000
"""Of the whole."""


def shortfall(need: int, free: int, borrow_min: int) -> int:
    """Return what a MARGIN_BUY borrows at placement (rule 9.2).

        need − free, at least the minimum loan;   0 if the free balance suffices

    `need` is what the order locks.
    """
    missing = need - free
    return max(missing, borrow_min) if missing > 0 else 0


def protection_price(best: int, is_buy: bool, protection: int, tick: int) -> int:
    """Return the worst price a market order may trade at (rules 6.2, 9.2).

    buy: best ask × (1 + protection), down to the tick;   sell: best bid × (1 − protection), up to the tick
    """
    if is_buy:
        return floor_to_grid(mul_div_down(best, RATIO_ONE + protection, RATIO_ONE), tick)
    return ceil_to_grid(mul_div_up(best, RATIO_ONE - protection, RATIO_ONE), tick)


def trailing_trigger(best: int, is_buy: bool, delta: int) -> int:
    """Return the price that triggers a trailing order whose best price so far is `best` (rule 9.8).

        buy: lowest × (1 + delta), rounded up;   sell: highest × (1 − delta), rounded down

    So a trade triggers it exactly when its price is at or beyond the result. `delta` in basis points; a book price, not
    on any tick.
    """
    if is_buy:
        return mul_div_up(best, BASIS_POINTS + delta, BASIS_POINTS)
    return mul_div_down(best, BASIS_POINTS - delta, BASIS_POINTS)


def band_prices(index_base: int, index_quote: int, band: int) -> tuple[int, int]:
    """Return (lowest price to sell at, highest price to buy at) around the index (rules 9.4, 9.6, 11.2).

        lowest = index × (1 − band), rounded up;   highest = index × (1 + band), rounded down

    So a price is within the band exactly when it is on the right side of the result. Book prices, not on any tick.
    """
    lowest = mul_div_up(index_base * UNIT, RATIO_ONE - band, index_quote * RATIO_ONE)
    highest = mul_div_down(index_base * UNIT, RATIO_ONE + band, index_quote * RATIO_ONE)
    return lowest, highest


def is_limit_price_ok(price: int, is_buy: bool, index_base: int, index_quote: int, band: int) -> bool:
    """Whether a limit price of a limit-price pair is allowed (rule 9.4).

        buy: price ≤ index × (1 + band);   sell: price ≥ index × (1 − band)

    Only the harmful side is limited.
    """
    offered = price * index_quote * RATIO_ONE
    if is_buy:
        return offered <= index_base * UNIT * (RATIO_ONE + band)
    return offered >= index_base * UNIT * (RATIO_ONE - band)


def is_margin_call_guard_met(worth: int, owed: int, call_ratio: int, worth_now: int, owed_now: int) -> bool:
    """Whether an order of an indebted account is allowed by the level all open orders would leave (rule 9.5).

        worth ÷ owed above the margin call ratio, or not below the present level:  worth × owed now ≥ worth now × owed

    Classic and Isolated: assets and liabilities; Pro: equity and maintenance margin. Nothing owed is always allowed.
    """
    if owed <= 0 or is_above(worth, owed, call_ratio):
        return True
    return owed_now > 0 and worth * owed_now >= worth_now * owed
