"""Commission of a trade, in kind or in BNB (rules 1.2, 9.1).

The clearance fee of a liquidation is in `leverline.rulebook.liquidation`.
"""

from leverline.kernel.numbers import RATIO_ONE, mul_div_down


def commission(amount: int, rate: int) -> int:
    """Return the commission on a received amount, amount × rate, rounded down (rules 1.2, 9.1)."""
    return mul_div_down(amount, rate, RATIO_ONE)


def bnb_commission(amount: int, rate: int, factor: int, price_asset: int, price_bnb: int) -> int:
    """Return the commission on a received amount when it is paid in BNB (rule 9.1).

        amount × rate × factor × price_asset ÷ price_bnb

    `factor` is one less the discount; index prices in USDT. Rounded down once.
    """
    return mul_div_down(amount * rate * factor, price_asset, RATIO_ONE * RATIO_ONE * price_bnb)
