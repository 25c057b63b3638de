"""All client libraries trade on one venue while prices jump and hours pass: nothing is lost, memory stays flat."""

import os
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.clients.environments import FOLDER, run_script
from tests.clients.running_venue import RunningVenue, serve_venue

LIBRARIES = {
    "ccxt": "ccxt-and-sdk",
    "sdk": "ccxt-and-sdk",
    "python-binance": "python-binance",
    "connector": "binance-connector",
}
FUNDS = {"USDT": "3000", "BTC": "0.02", "ETH": "0.3", "BNB": "1"}
SHORT_SECONDS = 12
LONG_SECONDS = 1_800
MARGIN_OF_FLAT = 1.10
"""Memory at the end of the long run against that of its middle."""
SNAPSHOT_SECONDS = "120"


class Weather(threading.Thread):
    """Moves prices and, now and then, the clock of a venue; notes its memory."""

    def __init__(self, venue: RunningVenue, rng: random.Random) -> None:
        super().__init__(daemon=True)
        self.venue = venue
        self.rng = rng
        self.memory: list[tuple[float, int]] = []
        """Seconds since the start, resident bytes."""
        self.is_over = threading.Event()
        self.faults: list[str] = []

    def run(self) -> None:
        """Go on until the end, a change every second or so."""
        began = time.monotonic()
        while not self.is_over.wait(self.rng.uniform(0.5, 1.5)):
            try:
                self.change()
            except AssertionError as fault:
                self.faults.append(str(fault))
            self.memory.append((time.monotonic() - began, resident_bytes(self.venue)))

    def change(self) -> None:
        """Let one asset jump, or an hour pass."""
        draw = self.rng.random()
        if draw < 0.05:
            self.venue.sandbox("POST", "clock", {"advance": "1h"})
        elif draw < 0.3:
            asset = self.rng.choice(("BTC", "ETH", "SOL"))
            self.venue.sandbox("POST", "index", {asset: f"{self.rng.choice((-6, -3, -1, 1, 3, 6))}%"})


def resident_bytes(venue: RunningVenue) -> int:
    """Return how much memory the venue's process holds."""
    assert venue.process is not None
    pages = Path(f"/proc/{venue.process.pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def trade(venue: RunningVenue, library: str, seconds: int, seed: int, package_folder: Path) -> dict[str, Any]:
    """Let one library trade; return what it met."""
    user = venue.create_user(FUNDS)
    words = (library, venue.url, user["apiKey"], user["secretKey"], str(seconds), str(seed))
    steps = run_script(LIBRARIES[library], "mixed", *words, package_folder=package_folder, seconds_max=seconds + 120)
    return next(step for step in steps if step["step"] == "traded")


def run_mixed(folder: Path, package_folder: Path, seconds: int, rng: random.Random, seed: int) -> Weather:
    """Let every library that is there trade, then stop the venue and prove its books; return the weather's notes."""
    present = [name for name, environment in LIBRARIES.items() if (FOLDER / environment).is_dir()]
    if not present:
        pytest.skip("no client environment: run python tools/client_environments.py")
    with serve_venue(folder) as venue:
        weather = Weather(venue, rng)
        weather.start()
        try:
            with ThreadPoolExecutor(len(present)) as pool:
                tasks = [pool.submit(trade, venue, name, seconds, seed, package_folder) for name in present]
                met = {task.result()["library"]: task.result()["met"] for task in tasks}
        finally:
            weather.is_over.set()
            weather.join(60)
    print(met)
    assert not weather.faults
    assert all(each.get("done", 0) > seconds for each in met.values()), met
    verify = subprocess.run(
        [sys.executable, "-m", "leverline", "verify", str(folder / "data")], capture_output=True, text=True, check=False
    )
    assert verify.returncode == 0, verify.stdout + verify.stderr
    return weather


def test_clients_trade_side_by_side(tmp_path: Path, package_folder: Path, rng: random.Random, seed: int) -> None:
    """Four libraries trade at once through price jumps; afterwards the journal's re-run accounts for every unit."""
    print(f"seed {seed}")
    run_mixed(tmp_path, package_folder, SHORT_SECONDS, rng, seed)


@pytest.mark.long
def test_half_an_hour_of_clients_leaves_memory_flat(
    tmp_path: Path, package_folder: Path, rng: random.Random, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for 30 minutes, with a snapshot every two: the venue holds no more memory at the end than midway."""
    print(f"seed {seed}")
    monkeypatch.setenv("LEVERLINE_JOURNAL__SNAPSHOT_SECONDS", SNAPSHOT_SECONDS)
    weather = run_mixed(tmp_path, package_folder, LONG_SECONDS, rng, seed)
    middle, end = (most(weather, LONG_SECONDS * share, LONG_SECONDS * (share + 0.2)) for share in (0.4, 0.8))
    print(f"resident memory: {middle >> 20} MiB midway, {end >> 20} MiB at the end")
    assert end < MARGIN_OF_FLAT * middle


def most(weather: Weather, since: float, until: float) -> int:
    """Return the most memory that was held in a stretch of the run."""
    return max(size for moment, size in weather.memory if since <= moment < until)
