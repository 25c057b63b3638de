"""The index price of an asset from its sources, stale and jumping (rule 2).

Prices in 10⁻¹² USDT; weights are whole numbers of any unit; shares in 10⁻¹².
Source: the margin index page of 2024-06-06; best case and jump guard are our own.
"""

from leverline.kernel.numbers import RATIO_ONE, div_down, mul_div_down, mul_div_nearest, mul_div_up


def median_twice(prices: list[int]) -> int:
    """Return twice the median of one or more prices (rule 2.1), so that the mean of the middle two stays whole."""
    ordered = sorted(prices)
    upper = div_down(len(ordered), 2)
    lower = div_down(len(ordered) - 1, 2)
    return ordered[lower] + ordered[upper]


def capped_price(price: int, twice_median: int, cap: int) -> int:
    """Return what a source counts: itself within `cap` of the median, else the cap's edge (rule 2.1; vector X1).

        median × (1 − cap) ≤ counted ≤ median × (1 + cap)

    The edges are rounded inward.
    """
    highest = mul_div_down(twice_median, RATIO_ONE + cap, 2 * RATIO_ONE)
    lowest = mul_div_up(twice_median, RATIO_ONE - cap, 2 * RATIO_ONE)
    return min(max(price, lowest), highest)


def weighted_capped_mean(quotes: list[tuple[int, int]], cap: int) -> int:
    """Return the index price of live sources given as (price, weight) (rule 2.1).

        Σ weight × capped price ÷ Σ weight

    Rounded to nearest. 0, which is no price, where there is no weight at all.
    """
    total_weight = 0
    prices: list[int] = []
    for price, weight in quotes:
        prices.append(price)
        total_weight += weight
    if total_weight <= 0:
        return 0
    twice_median = median_twice(prices)
    total = 0
    for price, weight in quotes:
        total += weight * capped_price(price, twice_median, cap)
    return mul_div_nearest(total, 1, total_weight)


def is_silent(time: int, updated_at: int, silence: int) -> bool:
    """Whether a source weighs nothing: it has been silent for `silence` (rule 2.2).

    time − updated_at ≥ silence
    """
    return time - updated_at >= silence


def is_index(price: int, live_sources: int, sources_min: int) -> bool:
    """Whether there is an index: enough live sources and a price above zero (rules 1.1, 2.1); else it is stale."""
    return live_sources >= sources_min and price > 0


def best_case_prices(last_price: int, haircut: int) -> tuple[int, int]:
    """Return the prices that value what is held and what is owed of a stale asset (rule 2.4).

    held = last × (1 + haircut), rounded up;   owed = last × (1 − haircut), rounded down, at least one unit
    """
    held = mul_div_up(last_price, RATIO_ONE + haircut, RATIO_ONE)
    return held, max(mul_div_down(last_price, RATIO_ONE - haircut, RATIO_ONE), 1)


def is_jump(price_before: int, price_now: int, jump_ratio: int) -> bool:
    """Whether a move is sudden: strictly more than `jump_ratio` of the price before it (rule 2.5).

    |now − before| > jump ratio × before
    """
    return abs(price_now - price_before) * RATIO_ONE > jump_ratio * price_before


def prudent_prices(price_before: int, price_now: int) -> tuple[int, int]:
    """Return the prices for borrowing and transfers while a jump is unconfirmed, (held, owed) (rule 2.5).

    The move counts only against the user: what is held at the lower, what is owed at the higher of both.
    """
    return min(price_before, price_now), max(price_before, price_now)
