"""What the margin endpoints share: which account a request means, parameters and figures as the wire shows them."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.errors import WireError, invalid, mandatory, named_error
from leverline.api.parameters import Parameter, Parser, described, optional, symbol, truth
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import BOOK_PER_INDEX, amount_down, div_down
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.margin.account import MarginAccount
from leverline.margin.dust import BTC
from leverline.rulebook.refusals import Refusal

LEVEL_NONE: Final = "999.00000000"
"""The margin level of an account without debt (rule 5.1)."""
NO_WALLET: Final = 0
"""Wallet of an account that is yet to be opened: nobody's."""

IS_ISOLATED: Final = optional("isIsolated", truth, False)
SYMBOL: Final = optional("symbol", symbol, is_nothing_if_empty=True)
SYMBOL_REQUIRED: Final = Parameter("symbol", symbol, is_mandatory=True)
ASSET: Final = optional("asset", symbol)
ASSET_REQUIRED: Final = Parameter("asset", symbol, is_mandatory=True)
ISOLATED_SYMBOL: Final = optional("isolatedSymbol", symbol, is_nothing_if_empty=True)


def word_in_any_case(*words: str) -> Parser:
    """Return a parser of one of `words`, however its letters are written."""

    def parse(name: str, value: str) -> Any:
        found = value.upper()
        if found not in words:
            raise invalid(name)
        return found

    return described(parse, {"type": "string", "enum": list(words), "description": "In any case."})


def place_of(call: Call) -> tuple[int, str]:
    """Return kind and pair of the account that `isIsolated` and `symbol` name."""
    if not call["isIsolated"]:
        return CROSS, ""
    if call["symbol"] is None:
        raise mandatory("symbol")
    return ISOLATED, call.pair().symbol


def place_of_symbol(call: Call, name: str = "isolatedSymbol") -> tuple[int, str]:
    """Return kind and pair of the account that an optional symbol names: the pair's, or cross without one."""
    if call[name] is None:
        return CROSS, ""
    return ISOLATED, call.pair(name).symbol


def account_at(call: Call, place: tuple[int, str]) -> MarginAccount:
    """Return the user's margin account at a place; raises -3003 where there is none."""
    found = call.user.margin_account(*place)
    if found is None:
        raise named_error(Refusal.NO_MARGIN_ACCOUNT)
    return found


def cross_account_or_empty(call: Call) -> MarginAccount:
    """Return the user's cross account; before the first transfer one as that would open it, which nobody keeps."""
    found = call.user.cross
    if found is None:
        found = MarginAccount(NO_WALLET, call.user, CROSS, None)
        found.leverage = max(call.core.parameters.classic)
    return found


def wallet_id_at(call: Call, place: tuple[int, str]) -> int:
    """Return the wallet of a margin account for queries of records; 0, which is nobody's, where there is none."""
    found = call.user.margin_account(*place)
    return NO_WALLET if found is None else found.wallet_id


def vip_level_of(call: Call) -> int:
    """Return the VIP level asked for, the caller's own where none is."""
    level = call["vipLevel"]
    if level is None:
        return call.user.vip_level
    if level >= len(call.core.parameters.vip_levels):
        raise invalid("vipLevel")
    return int(level)


def borrowable_asset(call: Call, name: str = "asset") -> str:
    """Return the symbol of the asset that a parameter names; raises -3027 for one that the venue does not know."""
    return call.asset(name).symbol


def not_a_pair() -> WireError:
    """Return the error for a pair without margin trading."""
    return named_error(Refusal.NOT_VALID_MARGIN_PAIR)


def shown_ratio(ratio: int) -> str:
    """Return a ratio, rate or index price of 10⁻¹² with eight decimals, rounded down."""
    return format_amount(div_down(ratio, BOOK_PER_INDEX))


def shown_level(level: int, is_indebted: bool) -> str:
    """Return a margin level as the wire shows it."""
    return shown_ratio(level) if is_indebted else LEVEL_NONE


def shown_in_btc(call: Call, value: int) -> str:
    """Return a value in USDT as an amount of BTC at index, rounded down (rule 1.3); 0 before BTC has an index."""
    price = call.core.board.assets[BTC].price if BTC in call.core.board.assets else 0
    return format_amount(amount_down(value, price) if price else 0)
