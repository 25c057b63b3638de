"""A subscription of one WebSocket API connection to one account."""

from collections.abc import Callable
from typing import Any

from leverline.api.streams.connection import Connection
from leverline.api.streams.targets import MayListen, Target, Targets
from leverline.api.streams.topic import Build, Stamp, encode, stamp_for


class AccountSubscription:
    """Sends an account's events wrapped with the number of the subscription."""

    def __init__(
        self, connection: Connection, subscription_id: int, user_id: int, kind: int, pair: str, expires: int, key: str,
        on_end: "Callable[[AccountSubscription], None]",
    ) -> None:  # fmt: skip
        self.connection: Connection = connection
        self.subscription_id: int = subscription_id
        self.target: Target = Target(user_id, kind, pair, True, False, self.publish, key)
        self.expires: int = expires
        """Time of the machine in microseconds, 0 for never."""
        self.on_end: Callable[[AccountSubscription], None] = on_end

    def is_of(self, user_id: int, kind: int, pair: str) -> bool:
        """Whether this is a subscription to that account."""
        target = self.target
        return (target.user_id, target.kind, target.pair) == (user_id, kind, pair)

    def shown_expiry(self, stamp: Stamp) -> dict[str, Any]:
        """Return when it ends, if it does by itself."""
        return {"expirationTime": stamp(self.expires)} if self.expires else {}

    def publish(self, build: Build) -> None:
        """Send one event."""
        event = build(stamp_for(self.connection.is_microseconds))
        self.connection.send(encode({"subscriptionId": self.subscription_id, "event": event}))


class AccountSubscriptions:
    """All such subscriptions of all connections."""

    def __init__(self, targets: Targets) -> None:
        self.targets: Targets = targets
        self.live: dict[AccountSubscription, None] = {}

    def add(self, subscription: AccountSubscription) -> None:
        """Begin one."""
        self.targets.add(subscription.target)
        self.live[subscription] = None

    def remove(self, subscription: AccountSubscription) -> None:
        """End one without a word."""
        self.targets.remove(subscription.target)
        self.live.pop(subscription, None)
        subscription.on_end(subscription)

    def end(self, subscription: AccountSubscription, venue_now: int) -> None:
        """End one and say so."""
        subscription.publish(lambda stamp: {"e": "eventStreamTerminated", "E": stamp(venue_now)})
        self.remove(subscription)

    def expire(self, now: int, venue_now: int, may_listen: MayListen) -> None:
        """End those whose time is over or whose API key is gone."""
        for each in [each for each in self.live if 0 < each.expires <= now or not may_listen(each.target)]:
            self.end(each, venue_now)
