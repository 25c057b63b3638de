"""A sandbox at work: it lives through a full disk, and what was driven is kept for the market it was driven on."""

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.stand import Stand
from tests.sandbox.test_drivers import BARS

from leverline.engine.commands import Command
from leverline.journal import syncing
from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE
from leverline.parameters import load_parameters
from leverline.sandbox import SandboxMarket, SimulatedIndex, replayed_index, running
from leverline.sandbox.movement import calibrate
from leverline.sandbox.ports import SandboxFault
from leverline.sandbox.running import RunningSandbox, market_state, read_state
from leverline.venue.clock import DrivenClock
from leverline.venue.faults import VenueBusy

FILE = "sandbox.json"


class Ticks:
    """A market that counts its ticks, and fails in the first if it is told to."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.count = 0
        self.fault = fault
        self.index = self
        self.driver = None

    async def open(self) -> None:
        """Open."""

    def state(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def tick(self, now: int) -> None:
        """Count."""
        self.count += 1
        if self.fault is not None and self.count == 1:
            raise self.fault


def run_for_ten_ticks(market: Ticks, file: Path, monkeypatch: pytest.MonkeyPatch, is_disk_full: bool = False) -> None:
    """Run a market until it has ticked ten times, after its start with a disk that takes nothing, and stop it."""
    for name in ("TICK_SECONDS", "FAULT_SECONDS"):
        monkeypatch.setattr(running, name, 0.001)
    monkeypatch.setattr(running, "SAVE_TICKS", 2)

    async def life() -> None:
        any_market: Any = market
        sandbox = RunningSandbox(any_market, DrivenClock(), file, "simulated")
        await sandbox.start()
        if is_disk_full:
            monkeypatch.setattr(syncing.os, "fsync", full)
        async with asyncio.timeout(20):
            while market.count < 10:
                await asyncio.sleep(0.001)
        await sandbox.stop()

    asyncio.run(life())


def full(_descriptor: int) -> None:
    """Have no room."""
    raise OSError(28, "No space left on device")


def test_the_market_ticks_on_while_its_file_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk costs what was driven, not the market; and the venue can be stopped."""
    run_for_ten_ticks(Ticks(), tmp_path / FILE, monkeypatch, is_disk_full=True)
    assert read_state(tmp_path / FILE)["clock_offset"] == 0


def test_a_slow_disk_holds_up_the_wish_and_not_the_venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one waits for the disk the loop goes on; wishes are kept in their order, and answered when they are."""
    sync, is_free = syncing.os.fsync, threading.Event()

    def slow(descriptor: int) -> None:
        assert is_free.wait(20), "the loop stood still"
        sync(descriptor)

    async def life() -> None:
        any_market: Any = Ticks()
        clock = DrivenClock()
        sandbox = RunningSandbox(any_market, clock, tmp_path / FILE, "simulated")
        monkeypatch.setattr(syncing.os, "fsync", slow)
        saves = []
        for _ in range(3):
            clock.advance(1)
            saves.append(asyncio.ensure_future(sandbox.save()))
            await asyncio.sleep(0.001)
        assert not any(save.done() for save in saves)
        is_free.set()
        await asyncio.gather(*saves)

    asyncio.run(life())
    assert read_state(tmp_path / FILE)["clock_offset"] == 3


def test_a_fault_in_a_tick_does_not_end_the_market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged, and the next tick comes: an index that falls silent for ever would stop every liquidation."""
    run_for_ten_ticks(Ticks(ZeroDivisionError()), tmp_path / FILE, monkeypatch)


def test_a_sandbox_whose_file_cannot_be_written_does_not_start(tmp_path: Path) -> None:
    """It says which file and why."""
    any_market: Any = Ticks()
    with pytest.raises(SandboxFault, match=r"nowhere.*sandbox\.json"):
        asyncio.run(RunningSandbox(any_market, DrivenClock(), tmp_path / "nowhere" / FILE, "simulated").start())


def test_bars_begin_with_the_first_whatever_market_was_there_before(tmp_path: Path, seed: int) -> None:
    """The seconds that a simulated market has lived are none of the bars', nor is what it was shocked to a factor."""
    before = Stand(seed=seed)
    asyncio.run(before.market.open())
    before.market.index.driver.steps = 1_000
    before.market.shock({"BTC": -RATIO_ONE // 2})
    file = tmp_path / FILE
    asyncio.run(RunningSandbox(before.market, DrivenClock(), file, "simulated").save())
    bars = tmp_path / "bars.csv"
    bars.write_text(BARS, encoding="utf-8")
    driver = replayed_index([bars], SimulatedIndex(calibrate(load_parameters()), seed))
    after = Stand(seed=seed, driver=driver)
    after.market.restore(market_state(read_state(file), f"replay:{bars}"))
    asyncio.run(after.market.open())
    assert after.core.board.assets["BTC"].price == 100_000 * INDEX_ONE
    assert after.market.index.driver.steps == 1


def test_the_same_market_goes_on_where_it_was(tmp_path: Path, seed: int) -> None:
    """Seconds lived and levels shocked to are those of before."""
    before = Stand(seed=seed)
    asyncio.run(before.market.open())
    before.market.shock({"BTC": -RATIO_ONE // 2})
    asyncio.run(RunningSandbox(before.market, DrivenClock(), tmp_path / FILE, "simulated").save())
    state = market_state(read_state(tmp_path / FILE), "simulated")
    assert (state["steps"], state["levels"]) == (1, before.market.index.levels)


class Silent:
    """A source of prices that nobody hears."""

    is_free = False
    steps = 0

    def start(self, prices: Mapping[str, int], steps: int, now: int) -> None:
        """Say nothing."""

    def step(self, now: int) -> Mapping[str, int]:
        """Say nothing."""
        return {}


def test_quotes_of_before_leave_the_book_when_the_source_is_silent_after_a_restart(stand: Stand) -> None:
    """Nobody trades with a maker that does not know the price."""
    stand.market = SandboxMarket(stand, stand.clock, 1, Silent())
    asyncio.run(stand.market.open())
    stand.run(2)
    assert quoted(stand) == []


def test_a_maker_is_withdrawn_even_if_the_venue_was_busy_at_first(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command that takes its quotes out of the book was not taken; it is sent again."""

    def busy(_command: Command) -> None:
        raise VenueBusy("no room")

    with monkeypatch.context() as patch:
        patch.setattr(stand, "post", busy)
        with pytest.raises(VenueBusy):
            stand.market.withdraw("BTCUSDT")
    stand.run(1)
    assert "BTCUSDT" not in quoted(stand)
    assert "ETHUSDT" in quoted(stand)


def quoted(stand: Stand) -> list[str]:
    """Return the pairs in whose books makers stand."""
    users = [(each.pair.symbol, stand.core.users[each.user_id].spot) for each in stand.market.makers.quoters.values()]
    return [pair for pair, spot in users if pair in spot.by_pair and spot.by_pair[pair].quotes]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", '{"clock_offset": null}', '{"market": []}', '{"market": {"pins": {"BTC": "1"}}}',
        '{"market": {"steps": 1.5}}',
    ],
)  # fmt: skip
def test_a_damaged_file_is_forgotten(tmp_path: Path, text: str) -> None:
    """Whatever is wrong with it, the venue starts: what counts is in the journal. Great prices are no damage."""
    (tmp_path / FILE).write_text(text)
    assert read_state(tmp_path / FILE) == {}
    (tmp_path / FILE).write_text('{"market": {"pins": {"BTC": 1000000000000000000000}}}')
    assert read_state(tmp_path / FILE) == {"market": {"pins": {"BTC": 10**21}}}
