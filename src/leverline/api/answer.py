"""Answers that are more than a JSON value with status 200."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Answer:
    """A body with its status and headers. `raw` bytes are sent as they are, `value` as JSON."""

    value: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json;charset=UTF-8"
