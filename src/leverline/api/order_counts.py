"""Unfilled orders: an order leaves its account's count when it begins to fill, on either side (api-surface §2).

A subscriber of the venue: it sees every fill, those of resting orders too.
"""

from leverline.api.limits import Limits
from leverline.engine.commit import Commit
from leverline.market.events import OrderAccepted, OrderEnded, Trade


class OrderCounts:
    """Knows the open orders that have not been filled at all; quotes and liquidations are not counted."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.unfilled: dict[int, int] = {}
        """Order → user."""

    def take(self, commit: Commit) -> None:
        """Let orders that fill leave their count."""
        unfilled = self.unfilled
        for event in commit.events:
            if isinstance(event, OrderAccepted):
                if not event.is_quote and not event.is_liquidation:
                    unfilled[event.order_id] = event.user_id
            elif isinstance(event, Trade):
                self._filled(event.taker_order)
                self._filled(event.maker_order)
            elif isinstance(event, OrderEnded):
                unfilled.pop(event.order_id, None)

    def _filled(self, order_id: int) -> None:
        """Take an order off its account's count at its first fill."""
        user_id = self.unfilled.pop(order_id, None)
        if user_id is not None:
            self.limits.count_order(user_id, -1)
