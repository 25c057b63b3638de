"""One notice: what a user is told of one event."""

from typing import Any, NamedTuple


class Notice(NamedTuple):
    """What one user is told of one event. `number` counts the notices of a commit from 0; `time` is venue time."""

    sequence: int
    number: int
    user_id: int
    kind: str
    time: int
    values: dict[str, Any]


def delivery_key(sequence: int, number: int, kind: str, user_id: int, channel_id: int) -> str:
    """Return the idempotency key of a delivery: the same however often it is made again."""
    return f"{sequence}-{number}-{kind}-{user_id}-{channel_id}"
