"""Order lists: the prices and funds of a pair, and what an order sells that is paid by another (rule 9.7)."""

from leverline.kernel.numbers import floor_to_grid


def are_prices_apart(above: int, below: int, last: int) -> bool:
    """Whether the prices of an OCO lie on both sides of the last price (rule 9.7).

        above > last > below;   without a last price (0) above > below

    The price of a conditional order is its stop price, of a limit order its limit.
    """
    return above > last > below if last else above > below


def pair_need(above: int, below: int) -> int:
    """Return what the two orders of a pair lock together, of which only one can trade (rule 9.7).

    need = max(need of the order above, need of the order below)
    """
    return above if above > below else below


def paid_quantity(received: int, step: int, quantity_max: int) -> int:
    """Return what a pending order sells that is paid by its working order (rule 9.7).

        quantity = received net of commission, down to the step, at most the pair's largest order

    0 for `quantity_max` is no bound.
    """
    quantity = floor_to_grid(received, step)
    return min(quantity, quantity_max) if quantity_max else quantity
