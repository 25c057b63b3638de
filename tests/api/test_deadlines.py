"""Time limits of many tasks by one timer."""

import asyncio

import pytest

from leverline.api.deadlines import Deadlines


def test_what_takes_too_long_is_ended_and_its_neighbours_are_not() -> None:
    """One of three tasks is late; it alone gets a TimeoutError, and may go on with other things."""

    async def patient(deadlines: Deadlines, seconds: float) -> str:
        try:
            return await deadlines.within(seconds, asyncio.sleep(1.2, "done"))
        except TimeoutError:
            await asyncio.sleep(0)
            return "late"

    async def run() -> list[str]:
        deadlines = Deadlines()
        return list(await asyncio.gather(*(patient(deadlines, seconds) for seconds in (60, 0.1, 60))))

    assert asyncio.run(run()) == ["done", "late", "done"]


def test_a_task_that_somebody_else_cancels_is_cancelled() -> None:
    """A cancel that is not the deadline's stays a cancel."""

    async def run() -> None:
        deadlines = Deadlines()
        task = asyncio.create_task(deadlines.within(60, asyncio.sleep(60)))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
