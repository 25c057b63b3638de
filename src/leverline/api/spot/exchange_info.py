"""exchangeInfo: rules, filters and limits of all pairs.

What is said of a pair changes only with its status: it is encoded once, at the start, and put together from those
pieces.
"""

from typing import Any, Final

import msgspec

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.parameters import optional, symbol, texts_of, truth, word_of
from leverline.api.services import Services
from leverline.api.spot.choice import SYMBOLS_MAX, combination, pairs_named, status_word, symbol_status
from leverline.api.spot.pair_filters import shown_exchange_filters, shown_filters
from leverline.api.spot.rate_limits import shown_limits
from leverline.kernel.decimals import AMOUNT_DECIMALS
from leverline.market.pair import Pair
from leverline.market.terms import EXPIRE_MAKER, SELF_TRADE_NAMES

table = Table()

ORDER_TYPES: Final = (
    "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT",
)  # fmt: skip
PERMISSIONS: Final = ("SPOT", "MARGIN", "LEVERAGED", *(f"TRD_GRP_{number:03}" for number in range(2, 26)))
PERMISSIONS_DEFAULT: Final = ("SPOT", "MARGIN", "LEVERAGED")
permission: Final = word_of({word: word for word in PERMISSIONS})
_encode = msgspec.json.Encoder().encode


class PairPieces:
    """Every pair encoded, with and without its permission sets; a pair is made again when its status has changed."""

    def __init__(self) -> None:
        self.statuses: dict[str, int] = {}
        """Pair → status, as it is encoded."""
        self.with_sets: dict[str, bytes] = {}
        self.without_sets: dict[str, bytes] = {}
        self.everything: bytes = b""
        """All pairs with their permission sets, joined."""
        self.changes: int = 0
        """How many changes of parameters the engine had made when they were encoded."""

    def refresh(self, pairs: dict[str, Pair], changes: int) -> None:
        """Encode anew what is no longer true; all of it where the venue's parameters have changed."""
        if changes != self.changes:
            self.changes, self.statuses = changes, {}
        statuses = {pair.symbol: pair.status for pair in pairs.values()}
        if statuses == self.statuses:
            return
        known, self.statuses = self.statuses, statuses
        for pair in pairs.values():
            if pair.status == known.get(pair.symbol):
                continue
            shown = shown_pair(pair)
            self.with_sets[pair.symbol] = _encode(shown)
            self.without_sets[pair.symbol] = _encode(shown | {"permissionSets": []})
        self.everything = b",".join(self.with_sets.values())


def pieces_of(services: Services) -> PairPieces:
    """Return the pairs encoded as they stand. The first call makes all of them, some 50 ms: it belongs to the start."""
    pieces: PairPieces = services.caches.setdefault("exchange_info", PairPieces())
    pieces.refresh(services.core.exchange.pairs, services.core.changes.made)
    return pieces


@table.add(
    "GET", "/api/v3/exchangeInfo", optional("symbol", symbol), optional("symbols", texts_of(symbol, SYMBOLS_MAX)),
    optional("permissions", texts_of(permission, len(PERMISSIONS))), optional("showPermissionSets", truth, True),
    symbol_status, weight=20, ws="exchangeInfo", tag="Market data",
)  # fmt: skip
def exchange_info(call: Call) -> msgspec.Raw:
    """Return rules, filters and limits."""
    pieces = pieces_of(call.services)
    return msgspec.Raw(
        b'{"timezone":"UTC","serverTime":%d,"rateLimits":%b,"exchangeFilters":%b,"symbols":[%b]}'
        % (
            call.stamp(call.now()),
            _encode(shown_limits(call.services.limits.policy)),
            _encode(shown_exchange_filters(call.core.parameters.trading)),
            _symbols(call, pieces),
        )
    )


def _symbols(call: Call, pieces: PairPieces) -> bytes:
    """Return the pairs asked for, encoded and joined."""
    by_name = pieces.with_sets if call["showPermissionSets"] else pieces.without_sets
    names = call["symbols"]
    if call["symbol"] is not None:
        names = [call.pair().symbol] if names is None else [*names, call["symbol"]]
    if names is not None:
        if call["permissions"] is not None or call["symbolStatus"] is not None or call["symbols"] not in (None, names):
            raise combination()
        return b",".join([by_name[pair.symbol] for pair in pairs_named(call, names)])
    status = call["symbolStatus"]
    if call["permissions"] is None and status is None and by_name is pieces.with_sets:
        return pieces.everything
    wanted = set(call["permissions"] or PERMISSIONS_DEFAULT)
    return b",".join(
        [
            by_name[pair.symbol]
            for pair in call.core.exchange.pairs.values()
            if not wanted.isdisjoint(permissions_of(pair)) and status in (None, status_word(pair))
        ]
    )


def is_margin(pair: Pair) -> bool:
    """Whether any margin account trades the pair."""
    return pair.parameters.is_cross or pair.parameters.is_isolated


def permissions_of(pair: Pair) -> list[str]:
    """Return who may trade the pair."""
    return ["SPOT", "MARGIN"] if is_margin(pair) else ["SPOT"]


def shown_pair(pair: Pair) -> dict[str, Any]:
    """Return what exchangeInfo says of one pair."""
    return {
        "symbol": pair.symbol,
        "status": status_word(pair),
        "baseAsset": pair.base.symbol,
        "baseAssetPrecision": AMOUNT_DECIMALS,
        "quoteAsset": pair.quote.symbol,
        "quotePrecision": AMOUNT_DECIMALS,
        "quoteAssetPrecision": AMOUNT_DECIMALS,
        "baseCommissionPrecision": AMOUNT_DECIMALS,
        "quoteCommissionPrecision": AMOUNT_DECIMALS,
        "orderTypes": ORDER_TYPES,
        "icebergAllowed": True,
        "ocoAllowed": True,
        "otoAllowed": True,
        "opoAllowed": True,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": True,
        "cancelReplaceAllowed": True,
        "amendAllowed": True,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": is_margin(pair),
        "filters": shown_filters(pair.parameters),
        "permissions": [],
        "permissionSets": [permissions_of(pair)],
        "defaultSelfTradePreventionMode": SELF_TRADE_NAMES[EXPIRE_MAKER],
        "allowedSelfTradePreventionModes": list(SELF_TRADE_NAMES.values()),
    }
