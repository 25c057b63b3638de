"""The order book as a snapshot.

`lastUpdateId` is the sequence number of the last command applied, as in the depth streams, whose events chain by it.
"""

from typing import Any

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.parameters import optional, required, symbol, whole
from leverline.api.spot.choice import pair_named, symbol_status
from leverline.kernel.decimals import format_amount

table = Table()


def depth_weight(call: Call) -> int:
    """Return the weight by the number of levels asked for."""
    limit = call["limit"]
    return next(weight for most, weight in ((100, 5), (500, 25), (1_000, 50), (5_000, 250)) if limit <= most)


@table.add(
    "GET", "/api/v3/depth", required("symbol", symbol), optional("limit", whole(1, 5_000, is_cut=True), 100),
    symbol_status, weight=depth_weight, ws="depth", tag="Market data",
)  # fmt: skip
def depth(call: Call) -> dict[str, Any]:
    """Return the best levels of both sides."""
    book = pair_named(call).book
    limit = call["limit"]
    return {
        "lastUpdateId": call.services.venue.sequence,
        "bids": shown_levels(book.visible_levels(True, limit)),
        "asks": shown_levels(book.visible_levels(False, limit)),
    }


def shown_levels(levels: list[tuple[int, int]]) -> list[list[str]]:
    """Return levels as the wire shows them."""
    return [[format_amount(price), format_amount(quantity)] for price, quantity in levels]
