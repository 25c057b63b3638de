"""A thread with a loop of its own, so that neither a slow channel nor its libraries hold up the venue's."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """Runs coroutines for whoever asks, in one thread."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name=name, daemon=True)

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to run."""
        self._thread.start()

    async def ask(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something there and return its result here. Cancelled here, it is cancelled there."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something there and wait for it without a loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def close(self) -> None:
        """End the thread; does nothing the second time."""
        if self.is_alive:
            self.wait(self._rest())
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()
        if not self.loop.is_closed():
            self.loop.close()

    async def _rest(self) -> None:
        """Let what runs come to its end."""
        await self.loop.shutdown_asyncgens()
        await self.loop.shutdown_default_executor()
