"""The words of an order as small integers, with their names."""

from typing import Final

LIMIT: Final = 1
MARKET: Final = 2
LIMIT_MAKER: Final = 3
STOP_LOSS: Final = 4
STOP_LOSS_LIMIT: Final = 5
TAKE_PROFIT: Final = 6
TAKE_PROFIT_LIMIT: Final = 7

ORDER_TYPE_NAMES: Final = {
    LIMIT: "LIMIT",
    MARKET: "MARKET",
    LIMIT_MAKER: "LIMIT_MAKER",
    STOP_LOSS: "STOP_LOSS",
    STOP_LOSS_LIMIT: "STOP_LOSS_LIMIT",
    TAKE_PROFIT: "TAKE_PROFIT",
    TAKE_PROFIT_LIMIT: "TAKE_PROFIT_LIMIT",
}


def is_market_type(kind: int) -> bool:
    """Whether an order of this type trades without a limit price once it acts."""
    return kind in (MARKET, STOP_LOSS, TAKE_PROFIT)


GTC: Final = 1
IOC: Final = 2
FOK: Final = 3

TIME_IN_FORCE_NAMES: Final = {GTC: "GTC", IOC: "IOC", FOK: "FOK"}

NO_STRATEGY: Final = -1
"""Of an order that its client gave no strategy id, or no strategy type."""

STP_NONE: Final = 0
EXPIRE_TAKER: Final = 1
EXPIRE_MAKER: Final = 2
EXPIRE_BOTH: Final = 3
DECREMENT: Final = 4
"""Both orders lose what they would have traded; the one that has nothing left expires."""

SELF_TRADE_NAMES: Final = {
    STP_NONE: "NONE",
    EXPIRE_TAKER: "EXPIRE_TAKER",
    EXPIRE_MAKER: "EXPIRE_MAKER",
    EXPIRE_BOTH: "EXPIRE_BOTH",
    DECREMENT: "DECREMENT",
}

NO_SIDE_EFFECT: Final = 0
MARGIN_BUY: Final = 1
AUTO_REPAY: Final = 2
AUTO_BORROW_REPAY: Final = 3
BORROWS: Final = 1
"""Bit of the side effects that borrow at placement."""
REPAYS: Final = 2
"""Bit of the side effects that repay after each fill."""

SIDE_EFFECT_NAMES: Final = {
    NO_SIDE_EFFECT: "NO_SIDE_EFFECT",
    MARGIN_BUY: "MARGIN_BUY",
    AUTO_REPAY: "AUTO_REPAY",
    AUTO_BORROW_REPAY: "AUTO_BORROW_REPAY",
}

ALONE: Final = 0
"""Of an order that no other one stands beside."""
WORSE: Final = 1
"""Of the order of an open OCO pair with the worse price: what it does to a level is what the pair does."""
BETTER: Final = 2
"""Of the other one: what it brings is what the pair brings at most."""

ANY_STATUS: Final = 0
"""Of a cancel that asks for no status."""
NEW: Final = 1
PARTIALLY_FILLED: Final = 2
FILLED: Final = 3
CANCELED: Final = 4
EXPIRED: Final = 5
EXPIRED_IN_MATCH: Final = 6
PENDING_NEW: Final = 7
"""Of an order of a list that waits until the list's working order is filled whole."""

ORDER_STATUS_NAMES: Final = {
    NEW: "NEW",
    PARTIALLY_FILLED: "PARTIALLY_FILLED",
    FILLED: "FILLED",
    CANCELED: "CANCELED",
    EXPIRED: "EXPIRED",
    EXPIRED_IN_MATCH: "EXPIRED_IN_MATCH",
    PENDING_NEW: "PENDING_NEW",
}

CAUSE_NONE: Final = 0
CAUSE_USER: Final = 1
CAUSE_REPLACED: Final = 2
CAUSE_LIQUIDATION: Final = 3
CAUSE_SELF_TRADE: Final = 4
CAUSE_PRICE_BAND: Final = 5
CAUSE_STALE_INDEX: Final = 6
CAUSE_IOC_REST: Final = 7
CAUSE_FOK_UNFILLED: Final = 8
CAUSE_NO_LIQUIDITY: Final = 9
CAUSE_OPERATOR: Final = 10
CAUSE_FUNDS: Final = 11
CAUSE_PROTECTION_PRICE: Final = 12
CAUSE_OCO: Final = 13
CAUSE_OTO_PHASE_ONE: Final = 14
CAUSE_REFUSED: Final = 15
CAUSE_DELISTED: Final = 30

CAUSE_NAMES: Final = {
    CAUSE_NONE: "none",
    CAUSE_USER: "cancelled by the user",
    CAUSE_REPLACED: "replaced",
    CAUSE_LIQUIDATION: "liquidation",
    CAUSE_SELF_TRADE: "self-trade prevention",
    CAUSE_PRICE_BAND: "outside the price band of an indebted account",
    CAUSE_STALE_INDEX: "stale index",
    CAUSE_IOC_REST: "unfilled IOC quantity",
    CAUSE_FOK_UNFILLED: "FOK not fillable",
    CAUSE_NO_LIQUIDITY: "no liquidity",
    CAUSE_OPERATOR: "operator",
    CAUSE_FUNDS: "funds missing at trigger",
    CAUSE_PROTECTION_PRICE: "protection price reached",
    CAUSE_OCO: "the other order of its pair acted",
    CAUSE_OTO_PHASE_ONE: "the working order of its list ended unfilled",
    CAUSE_REFUSED: "refused when its turn came",
    CAUSE_DELISTED: "delisted",
}

OCO: Final = 1
OTO: Final = 2
OTOCO: Final = 3
OPO: Final = 4
OPOCO: Final = 5

ORDER_LIST_NAMES: Final = {OCO: "OCO", OTO: "OTO", OTOCO: "OTOCO", OPO: "OPO", OPOCO: "OPOCO"}
"""Shapes of order lists. OCO: two orders of which one acts. OTO: a working order, filled whole, places a pending one;
OTOCO: a pending pair. OPO and OPOCO: the pending ones sell what the working one has bought."""

TRADING: Final = 1
HALTED: Final = 2
CANCEL_ONLY: Final = 3
REDUCE_ONLY: Final = 4
"""Accounts with debt may only place orders that repay it; accounts without debt trade freely."""

DELISTING: Final = 10
"""A removal is under way: no order is taken, what stands in the book trades with the accounts that are settled."""
DELISTED: Final = 11
"""Removed for good."""

PAIR_STATUS_NAMES: Final = {
    TRADING: "TRADING",
    HALTED: "HALT",
    CANCEL_ONLY: "CANCEL_ONLY",
    REDUCE_ONLY: "REDUCE_ONLY",
    DELISTING: "BREAK",
    DELISTED: "BREAK",
}
OPERATOR_STATUSES: Final = (TRADING, HALTED, CANCEL_ONLY, REDUCE_ONLY)
"""What an operator sets by hand."""
