"""Small exchanges with the house: balances too small to trade, debts too small to bother with (rules 13.3, 13.6).

Amounts and values in 10⁻⁸, shares and index prices in 10⁻¹², times in microseconds.
"""

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, mul_div_down, mul_div_up, value_up


def is_small_balance(amount: int, price: int, limit: int, limit_price: int) -> bool:
    """Whether a balance may be converted (rule 13.6), decided by products.

        amount × price < limit × limit price

    `limit` is an amount of BTC. A balance worth exactly as much is not small.
    """
    return amount * price < limit * limit_price


def dust_gross(amount: int, price_given: int, price_received: int) -> int:
    """Return what a small balance is worth in the asset received, before the charge (rule 13.6).

        amount × price given ÷ price received

    Rounded down.
    """
    return mul_div_down(amount, price_given, price_received)


def dust_charge(gross: int, share: int) -> int:
    """Return what the house keeps of a conversion, gross × share, rounded up (rule 13.6)."""
    return mul_div_up(gross, share, RATIO_ONE)


def is_small_debt(debt: int, price: int, limit: int) -> bool:
    """Whether a debt, interest included, may be exchanged: its value is below `limit` (rule 13.3).

    debt × price < limit, by products
    """
    return debt * price < limit * INDEX_ONE


def debt_cost(debt: int, price: int) -> int:
    """Return the USDT that pay a small debt, debt × price, rounded up (rule 13.3)."""
    return value_up(debt, price)


def is_interval_over(now: int, last: int, interval: int) -> bool:
    """Whether a small exchange is allowed again: `interval` after the last one, or always at first (last 0)."""
    return last == 0 or now - last >= interval
