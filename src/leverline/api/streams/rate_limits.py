"""The limits as every answer of the WebSocket API shows them."""

from typing import Any

from leverline.api.call import Call
from leverline.api.endpoint import Endpoint
from leverline.api.limits import Limits


def shown_rate_limits(
    limits: Limits, address: str, endpoint: Endpoint | None, call: Call | None
) -> list[dict[str, Any]]:
    """Return the limits that a request counts in, with what is used of each."""
    policy = limits.policy
    factor = max(policy.factor, 1)
    shown = [_limit("REQUEST_WEIGHT", "MINUTE", 1, policy.api_ip * factor, limits.used_weight(address))]
    if endpoint is not None and endpoint.is_order and call is not None and call.user_id:
        short, day = limits.order_counts(call.user_id)
        orders = [
            _limit("ORDERS", "SECOND", 10, policy.orders_10s * factor, short),
            _limit("ORDERS", "DAY", 1, policy.orders_day * factor, day),
        ]
        return orders + shown
    return shown


def _limit(kind: str, interval: str, number: int, most: int, count: int) -> dict[str, Any]:
    """Return one limit."""
    return {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": most, "count": count}
