"""Which pairs a request is about: one `symbol`, several `symbols`, or all; and those of one `symbolStatus`."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.errors import WireError, named_error
from leverline.api.order_words import PAIR_STATUSES
from leverline.api.parameters import optional, symbol, texts_of, word_of
from leverline.market.pair import Pair
from leverline.rulebook.refusals import Refusal

SYMBOLS_MAX: Final = 1_000
STATUS_WORDS: Final = ("TRADING", "HALT", "BREAK")

symbol_status: Final = optional(
    "symbolStatus", word_of({word: word for word in STATUS_WORDS}, lambda: WireError(-1122, "Invalid symbolStatus."))
)
CHOICE: Final = (
    optional("symbol", symbol),
    optional("symbols", texts_of(symbol, SYMBOLS_MAX)),
    symbol_status,
)
"""Parameters that choose pairs."""


def status_word(pair: Pair) -> str:
    """Return what the wire calls the pair's status."""
    return PAIR_STATUSES[pair.status]


def combination() -> WireError:
    """Return the error for parameters that exclude each other."""
    return WireError(-1128, "Combination of optional parameters invalid.")


def pair_named(call: Call) -> Pair:
    """Return the pair that `symbol` names, which must have the status that `symbolStatus` asks for."""
    pair = call.pair()
    status = call["symbolStatus"]
    if status is not None and status_word(pair) != status:
        raise WireError(-1220, "The symbol's status does not match the requested symbolStatus.")
    return pair


def pairs_named(call: Call, names: list[str]) -> list[Pair]:
    """Return the pairs of a list, which names none twice and none that is unknown."""
    if len(set(names)) != len(names):
        raise WireError(-1151, "Symbol is present multiple times in the list.")
    pairs = call.core.exchange.pairs
    if any(name not in pairs for name in names):
        raise named_error(Refusal.UNKNOWN_PAIR)
    return [pairs[name] for name in names]


def pairs_chosen(call: Call) -> list[Pair]:
    """Return the pairs that a request chooses: of one symbol, of several, or all."""
    names = call["symbols"]
    if call["symbol"] is not None:
        if names is not None:
            raise combination()
        return [pair_named(call)]
    found = list(call.core.exchange.pairs.values()) if names is None else pairs_named(call, names)
    status = call["symbolStatus"]
    return found if status is None else [pair for pair in found if status_word(pair) == status]


def is_one(call: Call) -> bool:
    """Whether the answer is one object instead of a list."""
    return call["symbol"] is not None


def one_or_all(call: Call, rows: list[dict[str, Any]]) -> Any:
    """Return the only row where one symbol was named, else all."""
    return rows[0] if is_one(call) else rows
