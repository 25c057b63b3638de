"""Listen keys and listen tokens: what lets a client hear of an account without signing again.

Times are the machine's, in microseconds: a venue whose clock is driven ahead keeps its listeners.
"""

import secrets
import string
from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from leverline.api.streams.targets import MayListen, Target, Targets
from leverline.api.streams.topic import Topic
from leverline.kernel.time import HOUR

KEY_LIFE: Final = HOUR
TOKEN_LIFE_MAX: Final = 24 * HOUR
KEY_LENGTH: Final = 64
TOKENS_OF_USER_MAX: Final = 100
"""Tokens of one user that are good at the same time; a further one ends the oldest."""
_ALPHABET: Final = string.ascii_letters + string.digits


class Flavour(Enum):
    """What a listen key is for."""

    TRADES = auto()
    RISK = auto()
    BOTH = auto()


@dataclass(eq=False, slots=True)
class ListenKey:
    """One key of one account."""

    text: str
    flavour: Flavour
    target: Target
    topic: Topic
    expires: int


@dataclass(frozen=True, slots=True)
class ListenToken:
    """Lets its bearer subscribe to one account until it expires."""

    text: str
    user_id: int
    kind: int
    pair: str
    expires: int
    key: str
    """The API key that it was given to; empty for a browser."""


class ListenKeys:
    """All keys and tokens. They live in memory: a client that meets a restart asks for new ones."""

    def __init__(self, targets: Targets) -> None:
        self.targets: Targets = targets
        self.by_text: dict[str, ListenKey] = {}
        self.by_owner: dict[tuple[int, int, str, Flavour], ListenKey] = {}
        self.tokens: dict[str, ListenToken] = {}
        self.tokens_of_user: dict[int, deque[ListenToken]] = {}

    def topic(self, text: str) -> Topic | None:
        """Return the stream of a key that is alive, or None."""
        found = self.by_text.get(text)
        return None if found is None else found.topic

    def open(self, user_id: int, kind: int, pair: str, flavour: Flavour, now: int, key: str = "") -> ListenKey:
        """Return the account's key of this flavour, made if there is none; it lives an hour from now.

        `key` is the API key that asks.
        """
        owner = (user_id, kind, pair, flavour)
        found = self.by_owner.get(owner)
        if found is None:
            topic = Topic(random_text(), is_urgent=True)
            target = Target(
                user_id, kind, pair, flavour is not Flavour.RISK, flavour is not Flavour.TRADES, topic.publish
            )
            found = ListenKey(topic.name, flavour, target, topic, 0)
            self.by_owner[owner] = found
            self.by_text[found.text] = found
            self.targets.add(target)
        found.expires = now + KEY_LIFE
        found.target.key = key
        return found

    def owned(self, text: str, user_id: int, flavour: Flavour) -> ListenKey | None:
        """Return a user's own key of this flavour, or None."""
        found = self.by_text.get(text)
        if found is None or found.target.user_id != user_id or found.flavour is not flavour:
            return None
        return found

    def end(self, key: ListenKey) -> None:
        """End a key."""
        target = key.target
        del self.by_text[key.text]
        del self.by_owner[target.user_id, target.kind, target.pair, key.flavour]
        self.targets.remove(target)

    def grant(self, user_id: int, kind: int, pair: str, expires: int, now: int, key: str = "") -> ListenToken:
        """Return a new token; the user's oldest ends when there are too many of his."""
        mine = self.tokens_of_user.setdefault(user_id, deque())
        while mine and (mine[0].expires <= now or len(mine) >= TOKENS_OF_USER_MAX):
            del self.tokens[mine.popleft().text]
        token = ListenToken(random_text(), user_id, kind, pair, expires, key)
        mine.append(token)
        self.tokens[token.text] = token
        return token

    def token(self, text: str, now: int) -> ListenToken | None:
        """Return a token that is alive, or None."""
        found = self.tokens.get(text)
        return found if found is not None and found.expires > now else None

    def expire(self, now: int, venue_now: int, may_listen: MayListen) -> None:
        """End the keys whose time is over or whose API key is gone, and say so on their streams."""
        over = [each for each in self.by_text.values() if each.expires <= now or not may_listen(each.target)]
        for key in over:
            self.end(key)
            text = key.text
            key.topic.publish(
                lambda stamp, text=text: {"e": "listenKeyExpired", "E": stamp(venue_now), "listenKey": text}  # type: ignore[misc]
            )


def random_text() -> str:
    """Return a new key or token."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))
