"""Dry runs take turns, and hold up nobody else who asks something of a copy of the venue."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.venue.world import with_venue

from leverline.api.call import Call
from leverline.api.errors import WireError
from leverline.api.own import dry_runs
from leverline.api.own.dry_runs import ask
from leverline.api.own.surveys import Surveys
from leverline.engine.engine import Engine
from leverline.venue.venue import Venue


def slow(_: Engine) -> bytes:
    """Say when it began and ended."""
    begin = time.monotonic_ns()
    time.sleep(0.3)
    return f"{begin} {time.monotonic_ns()}".encode()


def call_at(venue: Venue) -> Call:
    """Return a call as far as a dry run looks at it."""
    return cast(Call, SimpleNamespace(services=SimpleNamespace(venue=venue, caches={})))


def test_one_copy_at_a_time_answers() -> None:
    """Three ask at once: each copy begins when the one before has ended; who waits too long for his turn is told."""

    async def act(venue: Venue) -> None:
        call = call_at(venue)
        answers = await asyncio.gather(*(ask(call, slow) for _ in range(3)))
        spans = sorted([int(each) for each in answer.split()] for answer in answers)
        assert spans[0][1] < spans[1][0] < spans[1][1] < spans[2][0]
        long = asyncio.ensure_future(ask(call, slow))
        await asyncio.sleep(0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dry_runs, "_SECONDS", 0.1)
            with pytest.raises(WireError, match="others are being answered"):
                await ask(call, slow)
        assert len((await long).split()) == 2

    with_venue(act)


def test_a_view_of_the_risk_waits_for_no_dry_run() -> None:
    """It is answered while a dry run still works."""

    def endless(_: Engine) -> bytes:
        time.sleep(60)
        return b""

    def view(_: Engine) -> dict[str, Any]:
        return {"said": "here"}

    async def act(venue: Venue) -> None:
        long = asyncio.ensure_future(ask(call_at(venue), endless))
        await asyncio.sleep(0)
        assert (await Surveys(venue).get("view", view))["said"] == "here"
        assert not long.done()
        long.cancel()
        with pytest.raises(asyncio.CancelledError):
            await long

    with_venue(act)
