"""Commission rates as the wire shows them: the user's own, and the discount of paying in BNB (rule 9.1)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.kernel.decimals import AMOUNT_DECIMALS, RATIO_DECIMALS, format_amount, format_decimal
from leverline.kernel.numbers import mul_div_nearest
from leverline.market.settlement import BNB

NOTHING: Final = format_amount(0)
_DROPPED: Final = 10 ** (RATIO_DECIMALS - AMOUNT_DECIMALS)


def shown_rate(rate: int) -> str:
    """Return a rate of 10⁻¹² with eight decimals."""
    return format_decimal(mul_div_nearest(rate, 1, _DROPPED), AMOUNT_DECIMALS)


def maker_and_taker(call: Call) -> dict[str, str]:
    """Return the user's rates."""
    return {"maker": shown_rate(call.user.maker_fee), "taker": shown_rate(call.user.taker_fee)}


def standard(call: Call) -> dict[str, str]:
    """Return the user's rates with what buyer and seller pay besides, which is nothing."""
    return maker_and_taker(call) | {"buyer": NOTHING, "seller": NOTHING}


def none_for_four() -> dict[str, str]:
    """Return rates of a commission that the venue does not take."""
    return {"maker": NOTHING, "taker": NOTHING, "buyer": NOTHING, "seller": NOTHING}


def discount(call: Call) -> dict[str, Any]:
    """Return the discount of paying in BNB: the factor on the standard rates."""
    return {
        "enabledForAccount": call.user.is_bnb_fee,
        "enabledForSymbol": BNB in call.core.board.assets,
        "discountAsset": BNB,
        "discount": shown_rate(call.core.parameters.trading.bnb_fee_factor),
    }


def order_commission(call: Call) -> dict[str, Any]:
    """Return the rates that an order would pay."""
    nothing = {"maker": NOTHING, "taker": NOTHING}
    return {
        "standardCommissionForOrder": maker_and_taker(call),
        "specialCommissionForOrder": nothing,
        "taxCommissionForOrder": nothing,
        "discount": discount(call),
    }
