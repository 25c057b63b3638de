"""A pair's reference price: what PERCENT_PRICE_BY_SIDE goes by."""

from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import UNIT, mul_div_nearest
from leverline.market.pair import Pair


def has_reference(pair: Pair) -> bool:
    """Whether both assets of a pair ever had an index price."""
    return bool(pair.base.price and pair.quote.price)


def shown_reference(pair: Pair) -> str | None:
    """Return the index price of a pair as shown; None while it is stale or before there is one."""
    if not has_reference(pair) or pair.base.is_stale or pair.quote.is_stale:
        return None
    return format_amount(mul_div_nearest(pair.base.price, UNIT, pair.quote.price))
