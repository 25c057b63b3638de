"""Long answers, made little by little: orders and streams have their turn in between."""

import asyncio
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Final, TypeVar

Item = TypeVar("Item")
Row = TypeVar("Row")

SLICE_SECONDS: Final = 0.004
"""So long a part of an answer holds up the loop at a time."""


async def in_slices(make: Callable[[Item], Row], items: Iterable[Item]) -> list[Row]:
    """Return what `make` makes of each item, in order. What it reads may move on in between."""
    rows: list[Row] = []
    began = perf_counter()
    for item in items:
        rows.append(make(item))
        if perf_counter() - began > SLICE_SECONDS:
            await asyncio.sleep(0)
            began = perf_counter()
    return rows
