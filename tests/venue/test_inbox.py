"""When a round of commands comes: at once for who sends one after the other, together for many."""

from collections.abc import Callable
from typing import Any

from leverline.engine.commands import AdvanceTime
from leverline.venue.inbox import GATHER_FROM, GATHER_SECONDS, Inbox

Act = Callable[[], None]


class Handle:
    """A timer that may be cancelled."""

    def __init__(self) -> None:
        self.is_cancelled = False

    def cancel(self) -> None:
        """Do not call."""
        self.is_cancelled = True


class Loop:
    """A loop that only notes what it is asked to call."""

    def __init__(self) -> None:
        self.soon: list[Act] = []
        self.timers: list[tuple[float, Handle]] = []

    def call_soon(self, act: Act) -> None:
        """Note an act of the next turn."""
        self.soon.append(act)

    def call_later(self, seconds: float, _act: Act) -> Handle:
        """Note a timer."""
        handle = Handle()
        self.timers.append((seconds, handle))
        return handle


class Rounds:
    """An inbox, and how large its rounds were."""

    def __init__(self) -> None:
        self.loop: Any = Loop()
        self.sizes: list[int] = []
        self.inbox = Inbox(self.look)
        self.inbox.open(self.loop)

    def look(self) -> None:
        """Take all that waits."""
        self.inbox.begin()
        self.sizes.append(len(self.inbox.entries))
        while self.inbox.entries:
            self.inbox.take()

    def put(self, count: int, is_told: bool = True) -> None:
        """Put commands in."""
        for _ in range(count):
            self.inbox.put((AdvanceTime(), b"", (lambda _commit: None) if is_told else None))

    def turn(self) -> None:
        """Let the loop do what is due at once."""
        soon, self.loop.soon = self.loop.soon, []
        for act in soon:
            act()


def test_who_sends_one_command_after_the_other_does_not_wait() -> None:
    """Each has its round in the next turn of the loop; so have a few together."""
    rounds = Rounds()
    for count in (1, 1, GATHER_FROM - 1, 1):
        rounds.put(count)
        rounds.turn()
    assert rounds.sizes == [1, 1, GATHER_FROM - 1, 1]
    assert rounds.loop.timers == []


def test_a_round_begins_when_as_many_are_there_as_the_last_one_had() -> None:
    """After a round of twenty the next waits until twenty are there, and no longer."""
    rounds = Rounds()
    rounds.put(20)
    rounds.turn()
    rounds.put(19)
    rounds.turn()
    assert rounds.sizes == [20]
    rounds.put(1)
    rounds.turn()
    assert rounds.sizes == [20, 20]
    assert [handle.is_cancelled for _, handle in rounds.loop.timers] == [True]


def test_a_round_does_not_wait_for_long() -> None:
    """Where fewer come than last time the timer ends the wait, and the next round expects no more than those."""
    rounds = Rounds()
    rounds.put(20)
    rounds.turn()
    rounds.put(2)
    ((seconds, _),) = rounds.loop.timers
    assert seconds == GATHER_SECONDS
    rounds.look()
    rounds.put(1)
    rounds.turn()
    assert rounds.sizes == [20, 2, 1]


def test_what_nobody_waits_for_does_not_end_the_gathering() -> None:
    """Quotes and prices come in rounds of their own: orders after them are still expected in number."""
    rounds = Rounds()
    rounds.put(20)
    rounds.turn()
    rounds.put(3, is_told=False)
    rounds.look()
    rounds.put(19)
    rounds.turn()
    assert rounds.sizes == [20, 3]


def test_waking_ends_the_gathering() -> None:
    """A snapshot that waits for a moment of rest is not held up."""
    rounds = Rounds()
    rounds.put(20)
    rounds.turn()
    rounds.put(1)
    rounds.inbox.wake()
    rounds.inbox.wake()
    rounds.turn()
    assert rounds.sizes == [20, 1]
