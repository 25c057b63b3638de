"""What a script has to tell: one JSON line for each thing observed."""

import inspect
import json
from collections.abc import Callable
from typing import Any


def observe(step: str, **facts: Any) -> None:
    """Print what was seen at one step of a story."""
    print(json.dumps({"step": step, **facts}, default=str), flush=True)


async def done(result: Any) -> Any:
    """Return a result, waiting for it if it is a promise of one."""
    return await result if inspect.isawaitable(result) else result


async def refusal(act: Callable[[], Any]) -> str:
    """Return the name of the error, with its message, that an act ends in, or `none`."""
    try:
        await done(act())
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    return "none"
