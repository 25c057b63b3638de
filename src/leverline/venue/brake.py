"""Holding the venue back while somebody behind it can take no more commits."""

import asyncio
from collections.abc import Callable
from typing import Final

HELD_SECONDS: Final = 0.02
"""So long commands wait at a time."""


class Brake:
    """Asks those who may be full; `wake` is called when it is time to look again whether commands may go on."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._asked: list[Callable[[], bool]] = []
        self._is_waiting = False

    def add(self, is_full: Callable[[], bool]) -> None:
        """Hold commands back while `is_full` says so."""
        self._asked.append(is_full)

    def holds(self) -> bool:
        """Return whether commands have to wait."""
        if not any(is_full() for is_full in self._asked):
            return False
        if not self._is_waiting:
            self._is_waiting = True
            asyncio.get_running_loop().call_later(HELD_SECONDS, self._look_again)
        return True

    def _look_again(self) -> None:
        """Have it asked again."""
        self._is_waiting = False
        self._wake()
