"""All client libraries trade on one venue while prices jump and hours pass: nothing is lost, memory stays flat."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.clients.environments import FOLDER, run_script
from tests.clients.mixed.accounts import Books, history_differences, kept_books, leverline, told_books
from tests.clients.mixed.archive import Archive
from tests.clients.mixed.memory import growth, print_samples
from tests.clients.mixed.user_stream import UserStream
from tests.clients.mixed.weather import ASSETS, Weather
from tests.clients.running_venue import RunningVenue, serve_venue
from tests.contract.signed import Caller, hmac_signer

LIBRARIES = {
    "ccxt": "ccxt-and-sdk",
    "sdk": "ccxt-and-sdk",
    "python-binance": "python-binance",
    "connector": "binance-connector",
}
FUNDS = {"USDT": "4000", "BTC": "0.02", "ETH": "0.3", "BNB": "1"}
OPENING = (("MAIN_MARGIN", {}), ("MAIN_ISOLATED_MARGIN", {"toSymbol": "BTCUSDT"}),
           ("MAIN_ISOLATED_MARGIN", {"toSymbol": "ETHUSDT"}))  # fmt: skip
SHORT_SECONDS = 8
LONG_SECONDS = 1_800
ENDINGS = {0.1: "stop", 0.2: "kill"}
"""Share of the long run → how the venue's process ends, for another to go on."""
GROWTH_MAX = 0.10
"""By so much of its mean may the memory grow over the long run, on the line through the last two thirds of it.

Some growth is meant: of each account some thousand records are kept, of each pair a day of minutes, and every hour that
passes brings the rates of all assets.
"""
SNAPSHOT_SECONDS = "120"
LIMITS_FACTOR = "100"
"""Bots of one address are quicker than its limits, which other tests are about."""
TRADE_DAYS = "60"
"""More venue days than pass in the long run: what is trimmed by age cannot be compared."""
HOUR_MILLISECONDS = 3_600_000
SETTLING_SECONDS_MAX = 180
EVENTS = (
    "order", "trade", "loan", "flow", "order_list", "amendment", "liquidation", "liquidation_order", "interest", "dust",
)  # fmt: skip
"""Tables of history that a long run fills."""
FAULT_WORDS = ("Traceback", "request failed", "cannot be written")


class Run:
    """One venue with its bots, streams and weather, from the first transfer to the accounts rendered."""

    def __init__(
        self, venue: RunningVenue, folder: Path, package_folder: Path, seconds: int, rng: random.Random, seed: int
    ) -> None:
        self.venue, self.folder, self.package_folder = venue, folder, package_folder
        self.seconds, self.seed = seconds, seed
        self.libraries = [name for name, environment in LIBRARIES.items() if (FOLDER / environment).is_dir()]
        self.users = [venue.create_user(FUNDS) for _ in self.libraries]
        self.callers = {int(user["userId"]): caller_of(venue, user) for user in self.users}
        self.archive = Archive(folder / "data", folder / "whole")
        self.endings = {share * seconds: how for share, how in ENDINGS.items()} if seconds == LONG_SECONDS else {}
        self.weather = Weather(venue, self.users, self.archive, rng, self.endings)
        self.met: dict[str, Counter[str]] = {}
        """By library: how often something was done, refused by what code, or the venue away."""
        self.acts: dict[str, Counter[str]] = {}
        """By library: how often each act was done."""

    def trade(self) -> list[UserStream]:
        """Let every library trade while streams are read along and prices jump."""
        for caller in self.callers.values():
            for kind, more in OPENING:
                caller.json("POST", "/sapi/v1/asset/transfer", type=kind, asset="USDT", amount="800", **more)
        streams = [UserStream(caller, self.venue.url) for caller in self.callers.values()]
        for thread in (*streams, self.weather):
            thread.start()
        try:
            with ThreadPoolExecutor(len(self.libraries)) as pool:
                for met in pool.map(self.trade_by, self.libraries, self.users):
                    print(met)
                    self.met[met["library"]] = Counter(met["met"])
                    self.acts[met["library"]] = Counter(met["done"])
        finally:
            self.weather.is_over.set()
            self.weather.join(120)
        self.settle()
        for stream in streams:
            stream.is_over.set()
            stream.join(60)
        return streams

    def trade_by(self, library: str, user: dict[str, str]) -> dict[str, Any]:
        """Let one library trade; return what it met."""
        words = (library, self.venue.url, user["apiKey"], user["secretKey"], str(self.seconds), str(self.seed))
        environment, bound = LIBRARIES[library], self.seconds + 240
        steps = run_script(environment, "mixed", *words, package_folder=self.package_folder, seconds_max=bound)
        return next(step for step in steps if step["step"] == "traded")

    def settle(self) -> None:
        """Hold prices and keep away from the hour; wait until accounts change no more."""
        prices = self.venue.sandbox("GET", "index")["prices"]
        self.venue.sandbox("POST", "index", {asset: prices[asset] for asset in (*ASSETS, "BNB")})
        if self.venue.sandbox("GET", "clock")["time"] % HOUR_MILLISECONDS > HOUR_MILLISECONDS - 120_000:
            self.venue.sandbox("POST", "clock", {"advance": "3m"})
        end = time.monotonic() + SETTLING_SECONDS_MAX
        before: Books = {}
        while (books := self.users_books()) != before:
            assert time.monotonic() < end, "accounts did not come to rest"
            before = books
            time.sleep(1)

    def liquidations(self) -> list[int]:
        """Return how many liquidation orders each user has had in his cross account."""
        path = "/sapi/v1/margin/forceLiquidationRec"
        return [caller.json("GET", path)["total"] for caller in self.callers.values()]

    def users_books(self) -> Books:
        """Return what the wire tells of the users alone."""
        return {name: rows for name, rows in told_books(self.callers).items() if name[0].isdigit()}


def caller_of(venue: RunningVenue, user: dict[str, str]) -> Caller:
    """Return who signs for a user."""
    return Caller(venue.http, user["apiKey"], hmac_signer(user["secretKey"]))


@contextmanager
def mixed_run(
    folder: Path, package_folder: Path, seconds: int, rng: random.Random, seed: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Give a run on a venue of its own."""
    print(f"seed {seed}")
    monkeypatch.setenv("LEVERLINE_LIMITS__FACTOR", LIMITS_FACTOR)
    if not any((FOLDER / environment).is_dir() for environment in LIBRARIES.values()):
        pytest.skip("no client environment: run python tools/client_environments.py")
    with serve_venue(folder) as venue:
        yield Run(venue, folder, package_folder, seconds, rng, seed)


def render_accounts(run: Run) -> None:
    """Trade, stop the venue, and hold everything that it told against its journal."""
    streams = run.trade()
    print_samples(run.weather.samples)
    told = told_books(run.callers)
    found = list(run.weather.faults)
    found += [line for stream in streams for line in stream.differences()]
    print("jumps:", run.weather.jumps, "liquidation records:", run.liquidations())
    print("events heard:", [stream.heard for stream in streams], "connections:", [len(each.spans) for each in streams])
    found += [f"{library} did too little: {met}" for library, met in run.met.items() if met["done"] < run.seconds]
    found += [f"a stream heard only {stream.heard} events" for stream in streams if stream.heard < run.seconds]
    run.venue.end()
    kept = kept_books(run.folder / "data", list(run.callers))
    found += [
        f"{name}: by the wire {told[name]}, in the ledger {kept[name]}" for name in told if told[name] != kept[name]
    ]
    whole = run.archive.close()
    print(leverline("verify", str(whole)))
    if run.endings:  # the candles of a fresh venue's past take longer than the short run
        found += history_found(run.folder, whole)
    assert not found, "\n".join(found[:40])
    check_output(run.folder)


def check_output(folder: Path) -> None:
    """See that no process of the venue met a fault of its own."""
    for file in folder.glob("output*.txt"):
        text = file.read_text(encoding="utf-8")
        assert not any(word in text for word in FAULT_WORDS), text[-4000:]


def history_found(folder: Path, whole: Path) -> list[str]:
    """Write the history anew from the first command; return where it differs, and what there is nothing of."""
    print(leverline("history", "rebuild", "--data", str(whole)))
    counts, found = history_differences(folder / "data" / "history.sqlite", whole / "history.sqlite")
    print("rows compared:", counts)
    return found + [f"nothing in {name}" for name in EVENTS if not counts[name]]


def test_clients_trade_side_by_side(
    tmp_path: Path, package_folder: Path, rng: random.Random, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four libraries trade at once through price jumps: streams, REST and ledger tell the same of it."""
    with mixed_run(tmp_path, package_folder, SHORT_SECONDS, rng, seed, monkeypatch) as run:
        render_accounts(run)


@pytest.mark.long
def test_half_an_hour_of_clients_leaves_memory_flat(
    tmp_path: Path, package_folder: Path, rng: random.Random, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for 30 minutes, with a stop, a kill and snapshots: history written anew is the same, memory flat."""
    monkeypatch.setenv("LEVERLINE_JOURNAL__SNAPSHOT_SECONDS", SNAPSHOT_SECONDS)
    monkeypatch.setenv("LEVERLINE_HISTORY__TRADE_DAYS", TRADE_DAYS)
    with mixed_run(tmp_path, package_folder, LONG_SECONDS, rng, seed, monkeypatch) as run:
        try:
            render_accounts(run)
        finally:
            slope, mean = growth(run.weather.samples, LONG_SECONDS / 3)
            grown = slope * LONG_SECONDS
            print(
                f"memory: {mean / 2**20:.1f} MiB on average, {grown / 2**20:+.1f} MiB in {LONG_SECONDS} s by the line"
            )
        assert grown < GROWTH_MAX * mean
