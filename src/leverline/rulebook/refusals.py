"""Refusals: what a user may do wrong, as values in order of precedence (rule 9.3).

When several apply, the first in this order is the answer. Each has one wire code and one text, those of the public
Binance error lists where they have one; several refusals may share them, and the words that come with a refusal say
which it is. A refusal changes nothing.
"""

from enum import IntEnum


class Refusal(IntEnum):
    """Why a command was refused; a smaller number takes precedence."""

    MALFORMED = 1
    TIME_BEFORE_VENUE = 2
    UNKNOWN_USER = 3
    USER_EXISTS = 4
    USER_SUSPENDED = 5
    UNKNOWN_ASSET = 6
    UNKNOWN_PAIR = 7
    AMOUNT_NOT_POSITIVE = 8
    AMOUNT_TOO_LARGE = 9
    PERMISSION_MISSING = 10
    ACCOUNT_EXISTS = 11
    NO_MARGIN_ACCOUNT = 12
    ACCOUNT_DISABLED = 13
    ACCOUNTS_TOO_MANY = 14
    DISABLE_TOO_SOON = 15
    ACCOUNT_NOT_EMPTY = 16
    ACCOUNT_LOCKED = 17
    NOT_VALID_MARGIN_PAIR = 18
    NOT_VALID_MARGIN_ASSET = 19
    PAIR_HALTED = 20
    TRANSFER_IN_NOT_ALLOWED = 21
    LEVERAGE_NOT_OFFERED = 22
    MODE_UNCHANGED = 23
    ORDER_TYPE_COMBINATION = 24
    UNKNOWN_ORDER = 25
    CANCEL_RESTRICTED = 26
    AMEND_OF_PENDING = 27
    COOLING_OFF = 28
    AMEND_INCREASES = 29
    AMEND_CHANGES_NOTHING = 30
    DUPLICATE_ORDER = 31
    QUANTITY_NOT_POSITIVE = 32
    ICEBERG_EXCEEDS_QUANTITY = 33
    FILTER_PRICE = 34
    FILTER_PERCENT_PRICE = 35
    FILTER_LOT_SIZE = 36
    FILTER_MARKET_LOT_SIZE = 37
    FILTER_NOTIONAL = 38
    FILTER_TRAILING_DELTA = 39
    FILTER_ICEBERG_PARTS = 40
    FILTER_MAX_ORDERS = 41
    FILTER_MAX_ALGO_ORDERS = 42
    FILTER_MAX_ICEBERG_ORDERS = 43
    FILTER_MAX_ORDER_AMENDS = 44
    FILTER_MAX_ORDER_LISTS = 45
    FILTER_MAX_POSITION = 46
    FILTER_EXCHANGE_MAX_ORDERS = 47
    FILTER_EXCHANGE_MAX_ALGO_ORDERS = 48
    FILTER_EXCHANGE_MAX_ICEBERG_ORDERS = 49
    BORROW_NOT_ALLOWED = 50
    BORROW_BARRED = 51
    BORROWING_STOPPED = 52
    PRICE_INDEX_STALE = 53
    LIMIT_PRICE_OUT_OF_BAND = 54
    ORDER_LIST_PRICES = 55
    WOULD_TRIGGER_IMMEDIATELY = 56
    WOULD_MATCH_IMMEDIATELY = 57
    NO_LIQUIDITY = 58
    BELOW_BORROW_MIN = 59
    BELOW_REPAY_MIN = 60
    REPAY_EXCEEDS_LIABILITY = 61
    FEW_LIABILITY_LEFT = 62
    CONVERSION_TOO_SOON = 63
    CONVERSIONS_TOO_MANY = 64
    BALANCE_NOT_SMALL = 65
    BALANCE_TOO_SMALL = 66
    DEBT_NOT_SMALL = 67
    CONVERSION_STOCK_SHORT = 68
    POOL_EXHAUSTED = 69
    EXCEEDS_BORROW_LIMIT = 70
    EXCEEDS_MAX_BORROWABLE = 71
    EXCEEDS_MAX_TRANSFERABLE = 72
    COLLATERAL_CAP_EXCEEDED = 73
    MARGIN_LEVEL_TOO_LOW = 74
    INSUFFICIENT_BALANCE = 75
    BALANCE_SHORT = 76
    WITHDRAWAL_SHORT = 77
    POOL_SUPPLY_LENT = 78
    HOUSE_FUNDS_SHORT = 79
    NOT_IN_LIQUIDATION = 80
    CHANGES_NOTHING = 81
    CHANGE_EXISTS = 90
    UNKNOWN_CHANGE = 91
    PARAMETER_UNKNOWN = 92
    PARAMETER_MALFORMED = 93
    CHANGE_TIME = 94
    PARAMETERS_UNSOUND = 95
    CONCENTRATION_BAN = 85
    LONG_RESTRICTED = 86
    GATE_CLOSED = 87
    POSITION_TOO_SMALL = 88
    ASSETS_TOO_LARGE = 89
    LIQUIDATION_LOAN_OWED = 82
    COOLING_OFF_TERM = 100
    COOLING_OFF_BINDING = 101
    DELISTING_TERM = 102
    DELISTING_ANNOUNCED = 103
    DELISTING_UNKNOWN = 104


_TEXTS: dict[Refusal, tuple[int, str]] = {
    Refusal.MALFORMED: (-1102, "A mandatory parameter was not sent, was empty/null, or malformed."),
    Refusal.TIME_BEFORE_VENUE: (-1021, "Timestamp for this request is before the venue's time."),
    Refusal.UNKNOWN_USER: (-2015, "Unknown user."),
    Refusal.USER_EXISTS: (-1102, "The user exists already."),
    Refusal.USER_SUSPENDED: (-2010, "This action is disabled on this account."),
    Refusal.UNKNOWN_ASSET: (-3027, "Unknown asset."),
    Refusal.UNKNOWN_PAIR: (-1121, "Invalid symbol."),
    Refusal.AMOUNT_NOT_POSITIVE: (-1100, "The amount must be above zero."),
    Refusal.AMOUNT_TOO_LARGE: (-1100, "The amount is beyond any supply."),
    Refusal.PERMISSION_MISSING: (-3003, "Margin account does not exist."),
    Refusal.ACCOUNT_EXISTS: (-1102, "The account exists already."),
    Refusal.NO_MARGIN_ACCOUNT: (-3003, "Margin account does not exist."),
    Refusal.ACCOUNT_DISABLED: (-3003, "Margin account does not exist."),
    Refusal.ACCOUNTS_TOO_MANY: (-11001, "The number of isolated accounts has reached its ceiling."),
    Refusal.DISABLE_TOO_SOON: (-11002, "An isolated account can be disabled once every 24 hours."),
    Refusal.ACCOUNT_NOT_EMPTY: (-11003, "The account holds or owes something, or has open orders."),
    Refusal.ACCOUNT_LOCKED: (-3022, "You account's trading is banned."),
    Refusal.NOT_VALID_MARGIN_PAIR: (-3028, "Not a valid margin pair."),
    Refusal.NOT_VALID_MARGIN_ASSET: (-3027, "Not a valid margin asset."),
    Refusal.PAIR_HALTED: (-2010, "Market is closed."),
    Refusal.TRANSFER_IN_NOT_ALLOWED: (-3043, "Transferring in not allowed."),
    Refusal.BORROW_NOT_ALLOWED: (-3012, "Borrow is banned for this asset."),
    Refusal.BORROW_BARRED: (-3014, "Borrow is banned for this account."),
    Refusal.BORROWING_STOPPED: (-3008, "Borrow not allowed."),
    Refusal.LEVERAGE_NOT_OFFERED: (-1130, "This leverage is not offered."),
    Refusal.MODE_UNCHANGED: (-1130, "The account has this mode already."),
    Refusal.ORDER_TYPE_COMBINATION: (-2010, "Unsupported order combination"),
    Refusal.UNKNOWN_ORDER: (-2011, "Unknown order sent."),
    Refusal.CANCEL_RESTRICTED: (-2011, "Order was not canceled due to cancel restrictions."),
    Refusal.AMEND_INCREASES: (-2038, "Order amend (quantity increase) is not supported."),
    Refusal.AMEND_CHANGES_NOTHING: (-2038, "The requested action would change no state; rejecting"),
    Refusal.AMEND_OF_PENDING: (-2038, "Order amend (pending OPO order) is not supported."),
    Refusal.DUPLICATE_ORDER: (-2010, "Duplicate order sent."),
    Refusal.QUANTITY_NOT_POSITIVE: (-2010, "Price * QTY is zero or less."),
    Refusal.ICEBERG_EXCEEDS_QUANTITY: (-2010, "IcebergQty exceeds QTY."),
    Refusal.FILTER_PRICE: (-1013, "Filter failure: PRICE_FILTER"),
    Refusal.FILTER_PERCENT_PRICE: (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
    Refusal.FILTER_LOT_SIZE: (-1013, "Filter failure: LOT_SIZE"),
    Refusal.FILTER_MARKET_LOT_SIZE: (-1013, "Filter failure: MARKET_LOT_SIZE"),
    Refusal.FILTER_NOTIONAL: (-1013, "Filter failure: NOTIONAL"),
    Refusal.FILTER_TRAILING_DELTA: (-1013, "Filter failure: TRAILING_DELTA"),
    Refusal.FILTER_ICEBERG_PARTS: (-1013, "Filter failure: ICEBERG_PARTS"),
    Refusal.FILTER_MAX_ORDERS: (-1013, "Filter failure: MAX_NUM_ORDERS"),
    Refusal.FILTER_MAX_ALGO_ORDERS: (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS"),
    Refusal.FILTER_MAX_ICEBERG_ORDERS: (-1013, "Filter failure: MAX_NUM_ICEBERG_ORDERS"),
    Refusal.FILTER_MAX_ORDER_AMENDS: (-2038, "Filter failure: MAX_NUM_ORDER_AMENDS"),
    Refusal.FILTER_MAX_ORDER_LISTS: (-1013, "Filter failure: MAX_NUM_ORDER_LISTS"),
    Refusal.FILTER_MAX_POSITION: (-1013, "Filter failure: MAX_POSITION"),
    Refusal.FILTER_EXCHANGE_MAX_ORDERS: (-1013, "Filter failure: EXCHANGE_MAX_NUM_ORDERS"),
    Refusal.FILTER_EXCHANGE_MAX_ALGO_ORDERS: (-1013, "Filter failure: EXCHANGE_MAX_NUM_ALGO_ORDERS"),
    Refusal.FILTER_EXCHANGE_MAX_ICEBERG_ORDERS: (-1013, "Filter failure: EXCHANGE_MAX_NUM_ICEBERG_ORDERS"),
    Refusal.PRICE_INDEX_STALE: (-3042, "PriceIndex not available for this margin pair."),
    Refusal.LIMIT_PRICE_OUT_OF_BAND: (-3064, "The limit price is out of the allowed range for this pair."),
    Refusal.ORDER_LIST_PRICES: (-2010, "The relationship of the prices for the orders is not correct."),
    Refusal.WOULD_TRIGGER_IMMEDIATELY: (-2010, "Order would trigger immediately."),
    Refusal.WOULD_MATCH_IMMEDIATELY: (-2010, "Order would immediately match and take."),
    Refusal.NO_LIQUIDITY: (-2010, "Order book liquidity is less than symbol minimum quantity."),
    Refusal.BELOW_BORROW_MIN: (-3013, "Borrow amount less than minimum borrow amount."),
    Refusal.BELOW_REPAY_MIN: (-3016, "Repay amount less than minimum repay amount."),
    Refusal.REPAY_EXCEEDS_LIABILITY: (-3015, "Repay amount exceeds borrow amount."),
    Refusal.FEW_LIABILITY_LEFT: (-3024, "The unpaid debt is too small after this repayment."),
    Refusal.CONVERSION_TOO_SOON: (-5006, "Only transfer once in an interval."),
    Refusal.CONVERSIONS_TOO_MANY: (-3026, "Your input param is invalid."),
    Refusal.BALANCE_NOT_SMALL: (-5004, "The residual balances have exceeded the limit, Please re-choose."),
    Refusal.BALANCE_TOO_SMALL: (-5005, "The residual balances is too low, Please re-choose."),
    Refusal.DEBT_NOT_SMALL: (-3026, "Your input param is invalid."),
    Refusal.CONVERSION_STOCK_SHORT: (-3045, "The system doesn't have enough asset now."),
    Refusal.POOL_EXHAUSTED: (-3045, "The system doesn't have enough asset now."),
    Refusal.EXCEEDS_BORROW_LIMIT: (-3006, "Your borrow amount has exceed maximum borrow amount."),
    Refusal.EXCEEDS_MAX_BORROWABLE: (-3006, "Your borrow amount has exceed maximum borrow amount."),
    Refusal.EXCEEDS_MAX_TRANSFERABLE: (-3020, "Transfer out amount exceeds max amount."),
    Refusal.COLLATERAL_CAP_EXCEEDED: (-3043, "Transferring in not allowed."),
    Refusal.MARGIN_LEVEL_TOO_LOW: (-3023, "You can't transfer out/place order under current margin level."),
    Refusal.INSUFFICIENT_BALANCE: (-2010, "Account has insufficient balance for requested action."),
    Refusal.BALANCE_SHORT: (-3041, "Balance is not enough"),
    Refusal.WITHDRAWAL_SHORT: (-5002, "You have insufficient balance."),
    Refusal.POOL_SUPPLY_LENT: (-3045, "The system doesn't have enough asset now."),
    Refusal.HOUSE_FUNDS_SHORT: (-3041, "Balance is not enough"),
    Refusal.NOT_IN_LIQUIDATION: (-1130, "The account is not in liquidation."),
    Refusal.CHANGES_NOTHING: (-1130, "The act would change nothing."),
    Refusal.CHANGE_EXISTS: (-1102, "A change of parameters with this id exists already."),
    Refusal.UNKNOWN_CHANGE: (-1102, "No such change of parameters waits."),
    Refusal.PARAMETER_UNKNOWN: (-1102, "This parameter cannot be changed."),
    Refusal.PARAMETER_MALFORMED: (-1102, "This is not a value of the parameter."),
    Refusal.CHANGE_TIME: (-1102, "The time of a change must lie ahead."),
    Refusal.PARAMETERS_UNSOUND: (-1102, "The parameters would not be sound with this change."),
    Refusal.CONCENTRATION_BAN: (-3022, "You account's trading is banned."),
    Refusal.LONG_RESTRICTED: (-3021, "Margin account are not allowed to trade this trading pair."),
    Refusal.GATE_CLOSED: (-3005, "Transferring out not allowed."),
    Refusal.POSITION_TOO_SMALL: (-3026, "Your input param is invalid."),
    Refusal.ASSETS_TOO_LARGE: (-3026, "Your input param is invalid."),
    Refusal.LIQUIDATION_LOAN_OWED: (-3020, "A liquidation loan must be repaid before funds may leave."),
    Refusal.COOLING_OFF: (-3014, "Borrow is banned for this account."),
    Refusal.COOLING_OFF_TERM: (-1130, "This term is not offered."),
    Refusal.COOLING_OFF_BINDING: (-1130, "A cooling-off cannot be shortened."),
    Refusal.DELISTING_TERM: (-1130, "The times of this delisting are not in order."),
    Refusal.DELISTING_ANNOUNCED: (-1130, "The delisting is announced already."),
    Refusal.DELISTING_UNKNOWN: (-1130, "No such delisting is open."),
}


def wire_code(refusal: Refusal) -> int:
    """Return the wire code of `refusal`."""
    return _TEXTS[refusal][0]


def wire_text(refusal: Refusal) -> str:
    """Return the wire text of `refusal`."""
    return _TEXTS[refusal][1]
