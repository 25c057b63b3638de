"""The reference price of a pair, which is its index, and the rules that hold while orders execute around it."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.errors import WireError
from leverline.api.parameters import required, symbol
from leverline.api.reference_price import has_reference, shown_reference
from leverline.api.spot.choice import CHOICE, pair_named, pairs_chosen, symbol_status
from leverline.kernel.decimals import RATIO_DECIMALS, format_plain
from leverline.kernel.numbers import RATIO_ONE
from leverline.market.pair import Pair

table = Table()
TAG: Final = "Market data"

INDEX_CALCULATION: Final = 1
"""Our number of a reference price that is the index (rule 2.1): it is found outside the matching engine."""
RULES_WEIGHT: Final = 2
RULES_WEIGHT_MAX: Final = 40


@table.add("GET", "/api/v3/referencePrice", required("symbol", symbol), weight=2, ws="referencePrice", tag=TAG)
def reference_price(call: Call) -> dict[str, Any]:
    """Return the price around which PERCENT_PRICE_BY_SIDE lets orders stand: the index; null while it is stale."""
    pair = call.pair()
    _require_price(pair)
    return {"symbol": pair.symbol, "referencePrice": shown_reference(pair), "timestamp": call.stamp(call.now())}


@table.add(
    "GET", "/api/v3/referencePrice/calculation", required("symbol", symbol), symbol_status,
    weight=2, ws="referencePrice.calculation", tag=TAG,
)  # fmt: skip
def reference_price_calculation(call: Call) -> dict[str, Any]:
    """Return how the reference price is found: it comes from outside, as the index."""
    pair = pair_named(call)
    _require_price(pair)
    return {"symbol": pair.symbol, "calculationType": "EXTERNAL", "externalCalculationId": INDEX_CALCULATION}


def rules_weight(call: Call) -> int:
    """Return the weight by the number of pairs asked for."""
    count = 1 if call["symbol"] is not None else len(call["symbols"] or ()) or RULES_WEIGHT_MAX
    return min(RULES_WEIGHT * count, RULES_WEIGHT_MAX)


@table.add("GET", "/api/v3/executionRules", *CHOICE, weight=rules_weight, ws="executionRules", tag=TAG)
def execution_rules(call: Call) -> dict[str, Any]:
    """Return the rules that hold while orders execute, of the pairs chosen."""
    return {"symbolRules": [{"symbol": pair.symbol, "rules": [price_range(pair)]} for pair in pairs_chosen(call)]}


def price_range(pair: Pair) -> dict[str, str]:
    """Return within which multiples of the reference price an order executes.

    On its harmful side that is the band of accounts that owe anything, whose orders expire beyond it (rule 9.6); on the
    other, and for all other accounts, the limits within which PERCENT_PRICE_BY_SIDE lets any order stand.
    """
    band, rules = pair.base.parameters.trade_band, pair.parameters
    return {
        "ruleType": "PRICE_RANGE",
        "bidLimitMultUp": _ratio(RATIO_ONE + band),
        "bidLimitMultDown": _ratio(rules.percent_down),
        "askLimitMultUp": _ratio(rules.percent_up),
        "askLimitMultDown": _ratio(RATIO_ONE - band),
    }


def _ratio(ratio: int) -> str:
    """Return a ratio in plain digits."""
    return format_plain(ratio, RATIO_DECIMALS)


def _require_price(pair: Pair) -> None:
    """Raise -2043 for a pair whose index has never been known."""
    if not has_reference(pair):
        raise WireError(-2043, "This symbol doesn't have a reference price.")
