"""The wire's words of orders and the engine's codes for them, both ways."""

from collections.abc import Mapping
from typing import Final

from leverline.api.errors import WireError, named_error
from leverline.api.parameters import Parser, described, number, word_of
from leverline.history.orders import OrderRecord
from leverline.market import terms
from leverline.rulebook.orders import BASIS_POINTS
from leverline.rulebook.refusals import Refusal

SIDES: Final = {"BUY": True, "SELL": False}
ACK: Final = 1
RESULT: Final = 2
FULL: Final = 3

RESPONSE_TYPES: Final = {"ACK": ACK, "RESULT": RESULT, "FULL": FULL}
"""How much an answer to a new order tells."""

EXPIRY_REASONS: Final = {
    terms.CAUSE_IOC_REST: "UNFILLED_IOC_QUANTITY_EXPIRED",
    terms.CAUSE_FOK_UNFILLED: "UNFILLED_FOK_ORDER_EXPIRED",
    terms.CAUSE_NO_LIQUIDITY: "INSUFFICIENT_LIQUIDITY",
    terms.CAUSE_PROTECTION_PRICE: "INSUFFICIENT_LIQUIDITY",
    terms.CAUSE_PRICE_BAND: "EXECUTION_RULE_PRICE_RANGE_EXCEEDED",
    terms.CAUSE_STALE_INDEX: "EXCHANGE_CANCELED",
    terms.CAUSE_LIQUIDATION: "EXCHANGE_CANCELED",
    terms.CAUSE_OPERATOR: "EXCHANGE_CANCELED",
    terms.CAUSE_FUNDS: "REJECTED",
    terms.CAUSE_OCO: "OCO_TRIGGER",
    terms.CAUSE_OTO_PHASE_ONE: "OTO_PHASE_ONE_EXPIRED",
    terms.CAUSE_REFUSED: "REJECTED",
}
"""Why an order expired, by the engine's cause; others bear no reason."""

PAIR_STATUSES: Final = {
    terms.TRADING: "TRADING",
    terms.HALTED: "HALT",
    terms.CANCEL_ONLY: "BREAK",
    terms.REDUCE_ONLY: "TRADING",
    terms.DELISTING: "BREAK",
    terms.DELISTED: "BREAK",
}
"""What a pair's status is called, in words that every client knows. A reduce-only pair trades for all without debt."""


def _codes(names: Mapping[int, str]) -> dict[str, int]:
    """Return codes by name."""
    return {name: code for code, name in names.items()}


def _not_offered(code: int, text: str) -> Parser:
    """Return a parser that refuses every value: the venue does not offer what the parameter asks for."""

    def parse(_name: str, _value: str) -> int:
        raise WireError(code, text)

    return parse


side: Final = word_of(SIDES, lambda: WireError(-1117, "Invalid side."))
order_type: Final = word_of(_codes(terms.ORDER_TYPE_NAMES), lambda: WireError(-1116, "Invalid orderType."))
time_in_force: Final = word_of(_codes(terms.TIME_IN_FORCE_NAMES), lambda: WireError(-1115, "Invalid timeInForce."))
_self_trade_word: Final = word_of(_codes(terms.SELF_TRADE_NAMES))
TRANSFER: Final = "TRANSFER"
side_effect: Final = word_of(_codes(terms.SIDE_EFFECT_NAMES))
response_type: Final = word_of(RESPONSE_TYPES)
pegged: Final = _not_offered(-2010, "Pegged orders are not supported for this symbol.")


def self_trade_mode(name: str, value: str) -> int:
    """Parse a mode of self-trade prevention; TRANSFER exists, but no symbol allows it."""
    if value == TRANSFER:
        raise WireError(-1013, "This symbol does not allow the specified self-trade prevention mode.")
    return _self_trade_word(name, value)  # type: ignore[no-any-return]


described(self_trade_mode, {"type": "string", "enum": list(terms.SELF_TRADE_NAMES.values())})


def trailing(name: str, value: str) -> int:
    """Parse basis points; those of nothing and of the whole price are outside every filter."""
    found = number(name, value)
    if not 0 < found < BASIS_POINTS:
        raise named_error(Refusal.FILTER_TRAILING_DELTA)
    return found


described(trailing, {"type": "integer", "minimum": 0, "description": "Basis points, within TRAILING_DELTA."})


def shown_client_id(order: OrderRecord) -> str:
    """Return an order's client id; one that nobody gave any, such as a liquidation's, gets a word and its number.

    Clients take an empty id for a fault.
    """
    return order.client_id or f"{'autoclose' if order.is_liquidation else 'order'}-{order.order_id}"


def expiry_reason(order: OrderRecord) -> str:
    """Return why an order expired; empty where there is no word for it, or it did not."""
    return EXPIRY_REASONS.get(order.cause, "") if order.status == terms.EXPIRED else ""


def side_word(is_buy: bool) -> str:
    """Return the word of a side."""
    return "BUY" if is_buy else "SELL"
