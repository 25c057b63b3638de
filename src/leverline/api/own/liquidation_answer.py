"""What liquidates a margin account, at which prices, and when (rules 5.2, 6.5, 7.2): exact, from the rule itself."""

import re
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import invalid, mandatory
from leverline.api.margin.words import SYMBOL, account_at, shown_level, shown_ratio
from leverline.api.own.preview import ACCOUNT_TYPES
from leverline.api.parameters import described, optional, word_of
from leverline.engine.liquidation_answer import ALL_FALL, AssetAnswer, LiquidationAnswer, answer_liquidation
from leverline.kernel.decimals import RATIO_DECIMALS, DecimalError, format_decimal, parse_decimal
from leverline.kernel.numbers import RATIO_ONE
from leverline.kernel.time import MILLISECOND
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.margin.account import STATUS_NAMES
from leverline.margin.liquidation_moves import MoveAnswer

table = Table()

MARGIN_TYPES: Final = {name: kind for name, kind in ACCOUNT_TYPES.items() if kind in (CROSS, ISOLATED)}
EVERY_OTHER: Final = "ALL"
WEIGHT_MOST: Final = 100
MOVES_MOST: Final = 1_000
_MOVE: Final = re.compile(r"^([A-Z0-9]{1,20}):(-?)([0-9]{1,3}(?:\.[0-9]{1,8})?)$")

Direction = tuple[dict[str, int], int]
"""Weights by asset and of every other one, 10⁻¹²."""


def direction(name: str, value: str) -> Direction:
    """Parse a direction of prices: ASSET:weight, comma after comma, ALL for every asset not named."""
    weights: dict[str, int] = {}
    parts = value.split(",")
    for part in parts:
        found = _MOVE.match(part)
        if found is None or found[1] in weights or len(parts) > MOVES_MOST:
            raise invalid(name)
        weights[found[1]] = _weight(name, found[2], found[3])
    others = weights.pop(EVERY_OTHER, 0)
    return weights, others


def _weight(name: str, sign: str, text: str) -> int:
    """Parse one weight."""
    try:
        weight = parse_decimal(text, RATIO_DECIMALS)
    except DecimalError:
        raise invalid(name) from None
    if weight > WEIGHT_MOST * RATIO_ONE:
        raise invalid(name)
    return -weight if sign else weight


described(
    direction,
    {
        "type": "string", "example": "BTC:-1,ETH:-1.5", "pattern": "^([A-Z0-9]{1,20}:-?[0-9]{1,3}(\\.[0-9]{1,8})?,?)+$",
        "description": "By how much each asset's price moves per unit of the move; ALL is every asset not named.",
    },
)  # fmt: skip


@table.add(
    "GET", "/account/v1/liquidation-answer", optional("accountType", word_of(MARGIN_TYPES), CROSS), SYMBOL,
    optional("moves", direction, ({}, ALL_FALL)), security=Security.USER_DATA, weight=50, budget=Budget.SAPI_IP,
    tag="Margin accounts",
)  # fmt: skip
def liquidation_answer(call: Call) -> dict[str, Any]:
    """Return the index prices, the common move and the hour that liquidate an account, each with all else fixed."""
    kind = call["accountType"]
    if kind == ISOLATED and call["symbol"] is None:
        raise mandatory("symbol")
    account = account_at(call, (kind, call.pair().symbol if kind == ISOLATED else ""))
    weights, others = call["moves"]
    for symbol in weights:
        if symbol not in call.core.board.assets:
            raise invalid("moves")
    return shown_answer(answer_liquidation(call.core, account, weights, others))


def shown_answer(answer: LiquidationAnswer) -> dict[str, Any]:
    """Return all answers; prices in USDT, null where nothing liquidates."""
    view = answer.valuation
    return {
        "marginLevel": shown_level(view.level, view.liabilities > 0),
        "marginLevelStatus": STATUS_NAMES[answer.status],
        "isInLiquidation": answer.is_locked,
        "assets": [_asset_row(each) for each in answer.assets],
        "move": _move_row(answer.move),
        "moveInBooks": _move_row(answer.move_in_books),
        "interest": None if answer.hours is None or answer.time is None else {
            "hours": answer.hours, "time": answer.time // MILLISECOND,
        },
    }  # fmt: skip


def _asset_row(asset: AssetAnswer) -> dict[str, Any]:
    """Return the answer about one asset."""
    return {
        "asset": asset.asset,
        "indexPrice": shown_ratio(asset.price),
        "isStale": asset.is_stale,
        "liquidatedBelow": exact_price(asset.below),
        "liquidatedAbove": exact_price(asset.above),
        "inBooks": {
            "liquidatedBelow": exact_price(asset.below_in_books),
            "liquidatedAbove": exact_price(asset.above_in_books),
            "heldAtShareOfIndex": shown_ratio(asset.share_held),
            "owedAtShareOfIndex": shown_ratio(asset.share_owed),
        },
    }


def _move_row(answer: MoveAnswer | None) -> dict[str, Any] | None:
    """Return the move that liquidates, as a share, and where it takes the index prices."""
    if answer is None:
        return None
    prices = [{"asset": symbol, "indexPrice": exact_price(price)} for symbol, price in sorted(answer.prices.items())]
    return {"share": exact_price(answer.move), "prices": prices}


def exact_price(price: int | None) -> str | None:
    """Return an index price or a share to its last decimal, the twelfth."""
    return None if price is None else format_decimal(price, RATIO_DECIMALS)
