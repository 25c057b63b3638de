"""What changed in Binance's interface, by day, as far as this venue answers differently for it.

Operations are named as in the endpoint table, methods of the WebSocket API as `ws NAME`, streams as `stream NAME` with
`@` for any pair. What the public change logs date by month alone is dated by month here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from leverline.api.endpoint import Budget

MARGIN_LOG: Final = "margin change log"
SPOT_LOG: Final = "spot change log"
SDK: Final = "releases of the margin SDK"
NOT_DATED: Final = "not in the documents of mid 2025, there by the month named"


class Rule(StrEnum):
    """What is a matter of the day beside operations, methods, streams and weights."""

    FREE_ORDERS = "an order of /api that is done weighs nothing"
    MORE_REQUESTS = "300,000 requests in five minutes, 61,000 before"
    RAW_SIGNATURES = "a signature may cover the text before it is percent-encoded"
    WEEK_OF_FLOW = "capital-flow spans seven days at most, 90 before"
    FLOW_NOTES = "capital-flow has notes"
    FIRST_VERSION = "market data and listen keys under /api/v1"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed on one day, and who says so."""

    day: str
    """The first day on which it holds, as ISO writes it."""
    source: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    is_kept: bool = False
    """Whether what was removed is answered after that day too, because clients in use still ask for it."""
    parameters: tuple[tuple[str, str], ...] = ()
    """Operations with the parameter that each was given."""
    weights_before: Mapping[str, tuple[int, Budget]] = field(default_factory=dict)
    """What operations weighed until then, and out of which budget."""


LISTEN_KEYS: Final = ("POST {}", "PUT {}", "DELETE {}")


def all_three(path: str) -> tuple[str, ...]:
    """Return the operations of a path of listen keys."""
    return tuple(each.format(path) for each in LISTEN_KEYS)


MARGIN_OF_OLD: Final = (
    "POST /sapi/v1/margin/transfer", "POST /sapi/v1/margin/isolated/transfer", "POST /sapi/v1/margin/loan",
    "POST /sapi/v1/margin/repay", "GET /sapi/v1/margin/isolated/transfer", "GET /sapi/v1/margin/asset",
    "GET /sapi/v1/margin/pair", "GET /sapi/v1/margin/isolated/pair", "GET /sapi/v1/margin/loan",
    "GET /sapi/v1/margin/repay", "GET /sapi/v1/margin/dribblet", "GET /sapi/v1/margin/dust",
    "POST /sapi/v1/margin/dust",
)  # fmt: skip
WITH_STATUS: Final = ("depth", "ticker/price", "ticker/bookTicker", "ticker/24hr", "ticker/tradingDay", "ticker")

CHANGES: Final = (
    Change("2024-03-31", MARGIN_LOG, removed=MARGIN_OF_OLD, is_kept=True),
    Change(
        "2024-10", "missing in the OpenAPI document of that month",
        removed=("POST /sapi/v1/margin/isolated/create",), is_kept=True,
    ),
    Change("2025-06-16", MARGIN_LOG, added=("GET /sapi/v1/margin/list-schedule",)),
    Change("2025-10", NOT_DATED, added=("GET /api/v3/myFilters",)),
    Change(
        "2025-10-06", MARGIN_LOG,
        added=("POST /sapi/v1/userListenToken", "ws userDataStream.subscribe.listenToken"),
    ),
    Change(
        "2025-10-28", SPOT_LOG,
        parameters=tuple((f"GET /api/v3/{each}", "symbolStatus") for each in WITH_STATUS),
    ),
    Change("2025-12", SPOT_LOG, added=("POST /api/v3/orderList/opo", "POST /api/v3/orderList/opoco")),
    Change("2026-01-15", SPOT_LOG, removed=(Rule.RAW_SIGNATURES,), is_kept=True),
    Change("2026-02-02", MARGIN_LOG, added=(Rule.WEEK_OF_FLOW,)),
    Change(
        "2026-02-20", f"{SPOT_LOG} and {MARGIN_LOG}",
        removed=(
            *all_three("/api/v3/userDataStream"), *all_three("/sapi/v1/userDataStream"),
            *all_three("/sapi/v1/userDataStream/isolated"),
        ),
        is_kept=True,
    ),
    Change(
        "2026-02-20", SPOT_LOG,
        removed=("ws userDataStream.start", "ws userDataStream.ping", "ws userDataStream.stop"),
    ),
    Change("2026-02-25", SDK, added=("GET /sapi/v1/margin/myPreventedMatches",)),
    Change("2026-03", SPOT_LOG, added=("GET /api/v3/executionRules",)),
    Change(
        "2026-03", NOT_DATED,
        added=("GET /api/v3/referencePrice", "GET /api/v3/referencePrice/calculation", "stream @referencePrice"),
    ),
    Change("2026-03-25", SPOT_LOG, removed=(Rule.FIRST_VERSION,)),
    Change("2026-03-26", SPOT_LOG, removed=("stream !ticker@arr",), is_kept=True),
    Change("2026-04-02", SPOT_LOG, added=(Rule.FREE_ORDERS, Rule.MORE_REQUESTS)),
    Change("2026-04-13", MARGIN_LOG, removed=("GET /sapi/v1/margin/leverageBracket",), is_kept=True),
    Change(
        "2026-04-16", MARGIN_LOG,
        weights_before={"GET /sapi/v1/margin/maxBorrowable": (50, Budget.SAPI_IP)},
    ),
    Change("2026-04-22", MARGIN_LOG, added=("POST /sapi/v1/margin/exit-special-key-mode",)),
    Change("2026-05", SPOT_LOG, added=("GET /api/v3/historicalBlockTrades", "stream @blockTrade")),
    Change(
        "2026-05-05", MARGIN_LOG,
        added=(
            "GET /sapi/v1/margin/liquidation-loan", "POST /sapi/v1/margin/liquidation-loan/repay",
            "GET /sapi/v1/margin/liquidation-loan/repay-history",
        ),
    ),
    Change(
        "2026-05-07", MARGIN_LOG,
        weights_before={
            f"POST /sapi/v1/margin/order{each}": (6, Budget.SAPI_UID) for each in ("", "/oco", "/oto", "/otoco")
        },
    ),
    Change("2026-07-10", MARGIN_LOG, added=(Rule.FLOW_NOTES,)),
    Change("2026-10-01", SDK, added=("GET /sapi/v1/margin/oto/openOrderList",)),
    Change("2026-10-21", SDK, added=all_three("/sapi/v2/margin/listen-key")),
)  # fmt: skip
"""In order of days."""


def since(name: str) -> str:
    """Return the day on which something was added; empty where no change says so."""
    return next((change.day for change in CHANGES if name in change.added), "")


def until(name: str) -> str:
    """Return the day on which something was removed; empty where no change says so."""
    return next((change.day for change in CHANGES if name in change.removed), "")
