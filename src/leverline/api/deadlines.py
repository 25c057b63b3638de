"""Time limits for many short tasks, looked at by one timer: one for each request costs more than most requests take."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

LOOK_SECONDS: Final = 0.5
"""A limit is kept with this precision."""


class Deadlines:
    """Ends tasks that take too long."""

    def __init__(self) -> None:
        self._ends: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._is_looking = False

    async def within(self, seconds: float, work: Awaitable[Result]) -> Result:
        """Return what `work`, done in the present task, comes to. Raises TimeoutError if it takes longer."""
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        self._ends[task] = loop.time() + seconds
        if not self._is_looking:
            self._is_looking = True
            loop.call_later(LOOK_SECONDS, self._look, loop)
        try:
            return await work
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            task.uncancel()
            raise TimeoutError(f"not done after {seconds} s") from None
        finally:
            del self._ends[task]
            self._late.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what is late, and look again while there is anything."""
        now = loop.time()
        for task, end in self._ends.items():
            if end < now and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._is_looking = bool(self._ends)
        if self._is_looking:
            loop.call_later(LOOK_SECONDS, self._look, loop)
