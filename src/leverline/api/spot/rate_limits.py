"""The limits as the wire lists them, and how much of the order limits an account has used."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.limits import LimitPolicy

table = Table()
TAG: Final = "Account"


def shown_limits(policy: LimitPolicy) -> list[dict[str, Any]]:
    """Return the limits of exchangeInfo."""
    factor = max(policy.factor, 1)
    minutes = policy.raw_seconds // 60
    return [
        _limit("REQUEST_WEIGHT", "MINUTE", 1, policy.api_ip * factor),
        *_order_limits(policy),
        _limit("RAW_REQUESTS", "MINUTE", minutes, policy.raw_requests * factor),
    ]


@table.add(
    "GET", "/api/v3/rateLimit/order", security=Security.USER_DATA, weight=40, ws="account.rateLimits.orders", tag=TAG
)
def order_limits(call: Call) -> list[dict[str, Any]]:
    """Return the limits of unfilled orders with their present counts."""
    return counted_limits(call)


def counted_limits(call: Call) -> list[dict[str, Any]]:
    """Return the limits of unfilled orders with the counts of the user who calls."""
    limits = call.services.limits
    counts = limits.order_counts(call.user_id)
    return [limit | {"count": count} for limit, count in zip(_order_limits(limits.policy), counts, strict=True)]


def _order_limits(policy: LimitPolicy) -> list[dict[str, Any]]:
    """Return the limits of unfilled orders."""
    factor = max(policy.factor, 1)
    return [
        _limit("ORDERS", "SECOND", 10, policy.orders_10s * factor),
        _limit("ORDERS", "DAY", 1, policy.orders_day * factor),
    ]


def _limit(kind: str, interval: str, number: int, most: int) -> dict[str, Any]:
    """Return one limit."""
    return {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": most}
