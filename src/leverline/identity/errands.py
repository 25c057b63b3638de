"""What is begun and must be ended, even if the one who asked for it goes away or is cut off."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Errands:
    """Acts of several durable steps that are under way."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()

    async def whole(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` to its end and return its result; a caller who is cancelled does not stop it."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        await asyncio.gather(*tuple(self._under_way), return_exceptions=True)
