"""Numbers, spans and names as a person writes them, to what commands hold and back."""

from decimal import Decimal

from leverline.inprocess.refused import CommandRefused
from leverline.kernel.decimals import format_plain, parse_amount, parse_ratio
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.market.terms import ORDER_TYPE_NAMES
from leverline.rulebook.refusals import Refusal

Number = str | int | Decimal
_SPANS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


def wallet_named(account: str) -> tuple[int, str]:
    """Return kind and pair of an account's name."""
    if account == "spot":
        return SPOT, ""
    if account != account.upper() and account != "cross":
        raise ValueError(f"accounts are 'spot', 'cross', or named by their pair, like 'BTCUSDT', not {account!r}")
    return (CROSS, "") if account == "cross" else (ISOLATED, account)


def kind_for(account: str, pair: str) -> int:
    """Return the kind of the account that trades in `pair`; raises CommandRefused for another pair's account."""
    kind, own = wallet_named(account)
    if kind == ISOLATED and own != pair:
        raise CommandRefused(Refusal.NOT_VALID_MARGIN_PAIR, f"the isolated account of {own} does not trade in {pair}")
    return kind


def code_of(names: dict[int, str], name: str, what: str) -> int:
    """Return the number of a word; raises CommandRefused when there is no such word."""
    for code, text in names.items():
        if text == name:
            return code
    raise CommandRefused(Refusal.MALFORMED, f"{name!r} is no {what}: there are {', '.join(names.values())}")


def order_type_named(order_type: str, has_price: bool, is_conditional: bool) -> int:
    """Return the number of an order type; without a word the plain or stop-loss order that price and stop make."""
    plain = ("STOP_LOSS_LIMIT", "LIMIT") if has_price else ("STOP_LOSS", "MARKET")
    return code_of(ORDER_TYPE_NAMES, order_type or plain[0 if is_conditional else 1], "order type")


def amount_of(number: Number) -> int:
    """Return a number as 10⁻⁸ units; raises TypeError for a float."""
    return parse_amount(text_of(number))


def ratio_of(number: Number) -> int:
    """Return a number as 10⁻¹² units; raises TypeError for a float."""
    return parse_ratio(text_of(number))


def signed_ratio_of(number: Number) -> int:
    """Return a number that may be below zero as 10⁻¹² units; raises TypeError for a float."""
    text = text_of(number)
    return -parse_ratio(text[1:]) if text.startswith("-") else parse_ratio(text)


def text_of(number: Number) -> str:
    """Return the plain decimal text of a number."""
    if isinstance(number, bool) or not isinstance(number, (str, int, Decimal)):
        raise TypeError(f"give numbers as text, int or Decimal, not {type(number).__name__}: {number!r}")
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def decimal_of(number: int, decimals: int = 8) -> Decimal:
    """Return an integer of 10⁻`decimals` as Decimal, without trailing zeros."""
    return Decimal(format_plain(number, decimals))


def span_of(span: str | int) -> int:
    """Return a span of time in microseconds."""
    if isinstance(span, int):
        return span
    if not isinstance(span, str):
        raise TypeError(f"give a span as text like '90s', or as microseconds, not {type(span).__name__}: {span!r}")
    unit = _SPANS.get(span[-1:])
    if unit is None or not span[:-1].isdigit():
        raise ValueError(f"a span is a whole number and one of s, m, h, d: {span!r}")
    return int(span[:-1]) * unit
