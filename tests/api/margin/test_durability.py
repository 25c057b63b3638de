"""What an answer tells is on disk, whatever kind of answer it is; a venue that cannot take a command says so."""

import asyncio
import dataclasses
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.api.margin.busy import TRANSFER, fund_maker, order
from tests.api.world import User, World

from leverline.engine.commands import CancelAllOrders
from leverline.journal.memory import MemoryJournal
from leverline.journal.port import Record
from leverline.ledger.wallet import CROSS
from leverline.venue.faults import VenueBusy, VenueStopped

OPEN = "/sapi/v1/margin/openOrders"


def held_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Keep the journal from writing; return what lets it go on."""
    gate, plain = threading.Event(), MemoryJournal.append

    def waiting(journal: MemoryJournal, records: Sequence[Record]) -> None:
        assert gate.wait(10)
        plain(journal, records)

    monkeypatch.setattr(MemoryJournal, "append", waiting)
    return gate.set


def test_an_error_waits_until_what_it_tells_is_durable(
    lender: World, maker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That there is no open order any more is a fact of a cancel that a crash might still undo."""
    fund_maker(maker)
    order(maker, side="BUY", quantity="1", price="59000")
    release = held_back(monkeypatch)

    async def asking() -> tuple[bool, int]:
        lender.venue.post(CancelAllOrders(maker.user_id, CROSS, "BTCUSDT"))
        await asyncio.sleep(0)
        asked = asyncio.create_task(maker.request("DELETE", OPEN, {"symbol": "BTCUSDT"}))
        done, _ = await asyncio.wait([asked], timeout=0.2)
        release()
        return bool(done), (await asked).json()["code"]

    assert lender.run(asking()) == (False, -2011)


@pytest.mark.parametrize(("fault", "code", "status"), [(VenueBusy, -1008, 503), (VenueStopped, -1001, 503)])
def test_a_venue_that_takes_no_command_says_so(
    fault: type[Exception], code: int, status: int, lender: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sent the command: a handler, or what it drives. Clients know the code and try again."""
    user = lender.user(USDT="100")

    async def refuse(_call: Any) -> None:
        raise fault("no room")

    methods = lender.dispatcher.table.by_path[TRANSFER]
    monkeypatch.setitem(methods, "POST", dataclasses.replace(methods["POST"], handler=refuse))
    response = user.call("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5")
    assert (response.status_code, response.json()["code"]) == (status, code)
