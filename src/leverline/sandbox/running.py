"""A sandbox at work: the market ticks with the clock, and what a user drove is kept for the next start.

Prices, levels and the clock's lead are no commands of the engine; they lie in one small file of the data folder,
written anew before a wish that changes them is answered.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypedDict

import msgspec
import structlog

from leverline.engine.commands import AdvanceTime
from leverline.engine.commit import Commit
from leverline.journal.syncing import write_whole
from leverline.rulebook.parameters import VenueParameters
from leverline.sandbox.advancing import advance
from leverline.sandbox.live import LiveIndex
from leverline.sandbox.market import SandboxMarket
from leverline.sandbox.movement import calibrate
from leverline.sandbox.ports import IndexDriver, SandboxFault
from leverline.sandbox.replayed import replayed_index
from leverline.sandbox.simulated import SimulatedIndex
from leverline.venue.clock import DrivenClock
from leverline.venue.faults import VenueBusy, VenueStopped

TICK_SECONDS: Final = 0.1
FAULT_SECONDS: Final = 5.0
"""Rest after a fault of the market."""
SAVE_TICKS: Final = 100
"""The file follows what moves by itself so often."""

log = structlog.get_logger("sandbox")


@dataclass(frozen=True)
class LiveSource:
    """Whose public prices are taken, and from where if not from its own address."""

    exchange: str
    url: str = ""


class _Market(TypedDict, total=False):
    """What `SandboxMarket.state` returns."""

    seed: int
    steps: int
    pins: dict[str, int]
    levels: dict[str, int]
    withdrawn: list[str]
    depths: dict[str, int]


class _File(TypedDict, total=False):
    """What lies in the file."""

    clock_offset: int
    source: str
    market: _Market


class RunningSandbox:
    """The market of a running venue, and the means to drive it. Raises SandboxFault for wishes that cannot be met."""

    def __init__(self, market: SandboxMarket, clock: DrivenClock, file: Path, source: str) -> None:
        self.market = market
        self.clock = clock
        self.file = file
        self.source = source
        """What moves the index, as `driver_of` was asked for it."""
        self._tasks: list[asyncio.Task[None]] = []
        self._driving = asyncio.Lock()
        self._disk = ThreadPoolExecutor(1, "sandbox-file")

    async def start(self) -> None:
        """Open the market and let it tick. Raises SandboxFault where its file cannot be written."""
        await self.market.open()
        try:
            await self.save()
        except OSError as fault:
            raise SandboxFault(f"{self.file} cannot be written: {fault.strerror or fault}") from fault
        driver = self.market.index.driver
        if isinstance(driver, LiveIndex):
            self._tasks.append(asyncio.create_task(driver.poll(), name="live prices"))
        self._tasks.append(asyncio.create_task(self._tick_on(), name="sandbox market"))

    async def stop(self) -> None:
        """Let the market rest."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._follow()
        self._disk.shutdown()

    def take(self, commit: Commit) -> None:
        """Let the market notice a commit."""
        self.market.note(commit)

    async def drive(self, pins: Mapping[str, int], moves: Mapping[str, int]) -> None:
        """Pin and move the index."""
        async with self._driving:
            if pins:
                self.market.pin(pins)
            if moves:
                self.market.shock(moves)
            await self._settle()

    async def release(self, assets: Sequence[str]) -> None:
        """Let pinned assets go."""
        async with self._driving:
            self.market.release(assets)
            await self._settle()

    async def set_depth(self, pair: str, factor: int) -> None:
        """Let the maker of a pair quote its usual depth times a ratio of 10⁻¹²; 0 withdraws it."""
        async with self._driving:
            if factor == 0:
                self.market.withdraw(pair)
            else:
                self.market.restore_quotes(pair)
                self.market.scale_depth(pair, factor)
            await self._settle()

    async def advance(self, span: int) -> int:
        """Move the venue's time forward by `span` microseconds and return it."""
        async with self._driving:
            now = await advance(self.market, self.clock, span)
            await self.save()
            return now

    async def save(self) -> None:
        """Write the file anew, whole or not at all; what it says is as of now, and durable on return. Raises OSError.

        One thread does it, so that the loop never waits for a disk and no older state overtakes a newer one.
        """
        state = {"clock_offset": self.clock.offset, "source": self.source, "market": self.market.state()}
        await asyncio.get_running_loop().run_in_executor(self._disk, write_whole, self.file, json.dumps(state))

    async def _settle(self) -> None:
        """Return once what was driven is kept and the commands that it brought are durable: then it is answered."""
        await self.save()
        await self.market.venue.submit(AdvanceTime())

    async def _tick_on(self) -> None:
        """Tick until the venue stops."""
        ticks = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                self.market.tick(self.clock.now())
            except VenueBusy:
                log.warning("the venue is busy; the market skips a beat")
            except VenueStopped:
                return
            except Exception:  # a market that fell silent would make every index stale and end all liquidation
                log.exception("the market failed; it goes on")
                await asyncio.sleep(FAULT_SECONDS)
            ticks += 1
            if ticks % SAVE_TICKS == 0:
                await self._follow()

    async def _follow(self) -> None:
        """Let the file follow what moved by itself; where it cannot be written, it is behind until it can."""
        try:
            await self.save()
        except OSError as fault:
            log.error("what was driven cannot be kept", file=self.file.name, fault=str(fault))


def driver_of(market: str, seed: int, parameters: VenueParameters, clock: DrivenClock, live: LiveSource) -> IndexDriver:
    """Return what moves the index: `simulated`, `replay:FILE` or `live`. Raises SandboxFault."""
    simulated = SimulatedIndex(calibrate(parameters), seed)
    if market == "simulated":
        return simulated
    if market == "live":
        return LiveIndex(live.exchange, clock, live.url)
    kind, _, file = market.partition(":")
    if kind != "replay" or not file:
        raise SandboxFault(f"market {market!r} is none of simulated, replay:FILE, live")
    return replayed_index([Path(file)], simulated)


def market_state(state: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return what `SandboxMarket.restore` is given of the file's state.

    Seconds lived and levels belong to the source they were counted and shocked on: another one begins without them.
    """
    kept = dict(state.get("market", {}))
    if state.get("source") != source:
        kept.pop("steps", None)
        kept.pop("levels", None)
    return kept


def read_state(file: Path) -> dict[str, Any]:
    """Return what the file keeps; nothing if there is none or it is damaged, for the engine's own state suffices."""
    try:
        return dict(msgspec.json.decode(file.read_bytes(), type=_File))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, msgspec.MsgspecError) as fault:
        log.warning("what was driven is forgotten", file=file.name, fault=str(fault))
        return {}
