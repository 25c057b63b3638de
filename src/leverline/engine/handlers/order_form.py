"""The form of an order, before any book or balance is looked at: words, signs, and which fields a type takes."""

from typing import Final

from leverline.engine.commands import MassQuote, PlaceOrder
from leverline.kernel.decimals import shown
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.ledger.wallet import SPOT
from leverline.market.account import TradingAccount
from leverline.market.order import Order
from leverline.market.terms import (
    AUTO_BORROW_REPAY,
    DECREMENT,
    FOK,
    GTC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    NO_SIDE_EFFECT,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    STP_NONE,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)
from leverline.rulebook.orders import BASIS_POINTS
from leverline.rulebook.refusals import Refusal

CLIENT_ID_LENGTH_MAX: Final = 36
TRAILING_DELTA_MAX: Final = BASIS_POINTS - 1
"""A price cannot fall by all of itself."""
WORD_MAX: Final = 1 << 61
"""Below it a number fits a machine word, which spares the longer comparison."""


def malformed_detail(command: PlaceOrder) -> str:
    """Return what is malformed in the order, or an empty text. Words are consecutive numbers (see `market.terms`)."""
    if not LIMIT <= command.order_type <= TAKE_PROFIT_LIMIT:
        return f"order type {shown(command.order_type)} does not exist"
    if not GTC <= command.time_in_force <= FOK:
        return f"time in force {shown(command.time_in_force)} does not exist"
    if not STP_NONE <= command.self_trade <= DECREMENT:
        return f"self-trade prevention mode {shown(command.self_trade)} does not exist"
    if not NO_SIDE_EFFECT <= command.side_effect <= AUTO_BORROW_REPAY:
        return f"side effect {shown(command.side_effect)} does not exist"
    if len(command.client_id) > CLIENT_ID_LENGTH_MAX:
        return f"the client order id is longer than {CLIENT_ID_LENGTH_MAX}"
    if not 0 <= command.trailing_delta <= TRAILING_DELTA_MAX:
        return f"a trailing delta of {shown(command.trailing_delta)} basis points does not lie below the whole price"
    return _number_detail(command)


def _number_detail(command: PlaceOrder) -> str:
    """Return which number of the order is out of range, or an empty text."""
    if (
        is_in_range(command.quantity) and is_in_range(command.price) and is_in_range(command.quote_quantity)
        and is_in_range(command.stop_price) and is_in_range(command.iceberg_quantity)
    ):  # fmt: skip
        return ""
    numbers = (command.quantity, command.price, command.quote_quantity, command.stop_price, command.iceberg_quantity)
    wrong = ", ".join([shown(number) for number in numbers if not is_in_range(number)])
    return f"a quantity or price is below zero or beyond any supply: {wrong}"


def is_in_range(number: int) -> bool:
    """Whether `number` is neither negative nor beyond any supply."""
    return number >= 0 and (number < WORD_MAX or number <= AMOUNT_MAX)


def quotes_detail(command: MassQuote) -> str:
    """Return what is malformed in a mass quote: each side has positive figures and is ordered from its best price."""
    last = AMOUNT_MAX + 1
    for price, quantity in command.bids:
        if not 0 < price < last or not 0 < quantity <= AMOUNT_MAX:
            return f"bid {shown(price)} × {shown(quantity)} is not above zero, or out of order"
        last = price
    last = 0
    for price, quantity in command.asks:
        if not last < price <= AMOUNT_MAX or not 0 < quantity <= AMOUNT_MAX:
            return f"ask {shown(price)} × {shown(quantity)} is not above zero, or out of order"
        last = price
    if command.bids and command.asks and command.bids[0][0] >= command.asks[0][0]:
        return f"bid {shown(command.bids[0][0])} would meet the quote's own ask {shown(command.asks[0][0])}"
    return ""


def combination_refusal(command: PlaceOrder) -> Refusal | None:
    """Refuse fields that do not belong together; each order type takes its own (rule 9.1)."""
    if command.kind == SPOT and command.side_effect != NO_SIDE_EFFECT:
        return Refusal.ORDER_TYPE_COMBINATION
    kind = command.order_type
    has_price = kind in (LIMIT, LIMIT_MAKER, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT)
    has_stop = kind in (STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)
    is_conditional = command.stop_price > 0 or command.trailing_delta > 0
    if (command.price > 0) != has_price or is_conditional != has_stop:
        return Refusal.ORDER_TYPE_COMBINATION
    if command.quote_quantity and (kind != MARKET or command.quantity):
        return Refusal.ORDER_TYPE_COMBINATION
    if kind not in (LIMIT, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT) and command.time_in_force != GTC:
        return Refusal.ORDER_TYPE_COMBINATION
    if command.iceberg_quantity and (not has_price or command.time_in_force != GTC):
        return Refusal.ORDER_TYPE_COMBINATION
    return None


def quantity_refusal(command: PlaceOrder) -> Refusal | None:
    """Refuse an order for nothing, and an iceberg that shows more than there is."""
    if command.quantity == 0 and command.quote_quantity == 0:
        return Refusal.QUANTITY_NOT_POSITIVE
    if command.iceberg_quantity > command.quantity:
        return Refusal.ICEBERG_EXCEEDS_QUANTITY
    return None


def duplicate_refusal(account: TradingAccount, client_id: str, replaced: Order | None) -> Refusal | None:
    """A client order id may be used again only after the order that bore it ended, or is `replaced`."""
    if not client_id:
        return None
    bearer = account.by_client_id.get(client_id)
    return None if bearer is None or bearer is replaced else Refusal.DUPLICATE_ORDER
