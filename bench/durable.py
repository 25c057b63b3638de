"""What durability costs: `python bench/durable.py [--scale S]` prints a table and one line of JSON.

- records: µs to encode and to decode a limit order with its time
- submits: commands a second through `Venue.submit`, 256 under way, without a journal and with the SQLite one
- snapshot: a venue of 100,000 margin accounts in debt takes orders at a steady pace while snapshots are forked: the
  fork itself, the worst wait of a command around it, and the worst without a snapshot as the yardstick; how long the
  child takes
- restart: a journal of 1,000,000 commands is run again, without a snapshot: the engine alone, then with the history
  that a served venue keeps; and the longest tail that the default policy leaves behind a snapshot, without a database,
  with one that is empty and so is written meanwhile, and with one that has all of it, as after any stop
"""

import argparse
import asyncio
import gc
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import uvloop

from leverline.build_info import is_compiled
from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    CancelAllOrders,
    Command,
    Deposit,
    GrantPermission,
    HouseDeposit,
    OpenMarginAccount,
    PlaceOrder,
    PublishPrices,
    RegisterUser,
    SupplyPool,
    Transfer,
)
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.history.history import History
from leverline.history.store.archive import Archive
from leverline.journal.folder import DataFolder
from leverline.journal.memory import MemoryJournal
from leverline.journal.port import Journal, Record
from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.time import SECOND
from leverline.ledger.wallet import CROSS, SPOT
from leverline.margin.account import MAY_MARGIN
from leverline.parameters import load_parameters, select, with_pinned_index
from leverline.venue.clock import SystemClock
from leverline.venue.data import open_journal
from leverline.venue.records import decode_record, encode_command, encode_record
from leverline.venue.recovery import Recovered, recover, rerun
from leverline.venue.snapshot_child import take_snapshot
from leverline.venue.snapshotting import SnapshotPolicy, Snapshotter
from leverline.venue.venue import Venue

START = 1_767_225_600 * SECOND
PARAMETERS = with_pinned_index(select(load_parameters(), ("BTCUSDT", "ETHUSDT", "BNBUSDT")))
ORDER = PlaceOrder(10_001, CROSS, "BTCUSDT", True, 1, 10**6, 50_000 * 10**8, client_id="x-0123456789abcdef")
NEVER = SnapshotPolicy(commands=1 << 60, seconds=1 << 30, journal_bytes=1 << 60, is_taken_at_stop=False)


class NoJournal(MemoryJournal):
    """Writes nothing down."""

    latest = 0

    @property
    def last(self) -> int:
        """Sequence of the last record handed in."""
        return self.latest

    def append(self, records: Sequence[Record]) -> None:
        """Forget the records."""
        self.latest = records[-1][0]


def crowd(accounts: int) -> Iterator[Command]:
    """Yield the commands that make a venue of so many margin accounts, each with a loan."""
    for asset in PARAMETERS.assets.values():
        supply = max(asset.pool_supply, parse_amount("1000000000"))
        yield HouseDeposit(asset.symbol, supply)
        yield SupplyPool(asset.symbol, supply)
    yield PublishPrices(
        "house", [(asset, parse_ratio(price), 1) for asset, price in (("BTC", "60000"), ("BNB", "600"))]
    )
    for user_id in range(10_001, 10_001 + accounts):
        yield RegisterUser(user_id)
        yield GrantPermission(user_id, MAY_MARGIN)
        yield Deposit(user_id, "USDT", parse_amount("1000"))
        yield OpenMarginAccount(user_id, CROSS)
        yield Transfer(user_id, "USDT", parse_amount("900"), SPOT, CROSS)
        yield Borrow(user_id, CROSS, "USDT", parse_amount("100"))


def microseconds(act: Callable[[], object], count: int) -> float:
    """Return µs for one call, the best of five runs."""
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(count):
            act()
        best = min(best, time.perf_counter() - begun)
    return round(best / count * 1e6, 2)


def measure_records() -> dict[str, object]:
    """Measure the codec."""
    record = encode_record(START, encode_command(ORDER))
    return {
        "record_bytes": len(record),
        "encode_us": microseconds(lambda: encode_record(START, encode_command(ORDER)), 20_000),
        "decode_us": microseconds(lambda: decode_record(record), 20_000),
    }


async def submits(journal: Journal, count: int) -> int:
    """Return how many commands a second go through a venue."""
    venue = Venue(Engine(PARAMETERS), journal, SystemClock())
    await venue.start()

    async def client() -> None:
        for _ in range(count // 256):
            await venue.submit(ORDER)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(256)))
    rate = int(count / (time.perf_counter() - begun))
    await venue.stop()
    return rate


def measure_submits(count: int) -> dict[str, object]:
    """Measure the writer, without a journal and with the default one."""
    rates: dict[str, object] = {"submits_no_journal": uvloop.run(submits(NoJournal(), count))}
    with tempfile.TemporaryDirectory() as path, DataFolder(Path(path)) as folder:
        rates["submits_sqlite"] = uvloop.run(submits(open_journal(folder, PARAMETERS, "sandbox"), count))
    return rates


async def worst_wait(venue: Venue, seconds: float) -> float:
    """Return the longest that a command waited, in ms, of one every millisecond or so."""
    worst, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.perf_counter()
        await venue.submit(ORDER)
        await venue.submit(CancelAllOrders(10_001, CROSS, "BTCUSDT"))
        worst = max(worst, time.perf_counter() - begun)
        await asyncio.sleep(0.001)
    return round(worst * 1e3, 2)


async def snapshots(folder: DataFolder, accounts: int, database: str) -> dict[str, object]:
    """Measure what snapshots do to a venue of many accounts, whose past goes to `database`."""
    journal = open_journal(folder, PARAMETERS, "sandbox")
    venue = Venue(Engine(PARAMETERS), journal, SystemClock())
    archive = Archive(History(PARAMETERS), database)
    archive.open("bench", 0)
    archive.begin(0, 0)
    snapshotter = Snapshotter(venue, folder, journal, PARAMETERS, NEVER)
    for subscriber in (archive.history, archive.writer, snapshotter):
        venue.attach(subscriber)
    venue.brake.add(archive.writer.is_full)
    await venue.start()
    await snapshotter.start()
    for command in crowd(accounts):
        venue.post(command)
        if venue.sequence % 1_000 == 0:
            await venue.settled()
        while archive.writer.is_full():
            await asyncio.sleep(0.1)
        await asyncio.sleep(0)
    gc.collect()
    gc.freeze()
    quiet = await worst_wait(venue, 2)
    forks, children, waits = [], [], []
    for _ in range(5):
        under_way = asyncio.ensure_future(snapshotter.snapshot())
        begun = time.perf_counter()
        waits.append(await worst_wait(venue, 0.5))
        assert await under_way
        children.append(round(time.perf_counter() - begun, 2))
        forks.append(snapshotter.pause / 1e3)
    size = max(file.stat().st_size for file in folder.snapshots.iterdir())
    await venue.stop()
    archive.close()
    return {
        "accounts": accounts, "resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "fork_ms": forks, "worst_wait_ms": waits, "worst_wait_without_ms": quiet, "child_seconds": children,
        "snapshot_mb": round(size / 1e6, 1),
    }  # fmt: skip


def measure_snapshots(accounts: int, database: str) -> dict[str, object]:
    """Measure snapshots on a folder of its own."""
    with tempfile.TemporaryDirectory() as path, DataFolder(Path(path)) as folder:
        return uvloop.run(snapshots(folder, accounts, database or f"sqlite:///{Path(path, 'history.sqlite')}"))


def measure_restart(count: int, database: str) -> dict[str, object]:
    """Measure the re-run of a journal: a tenth makes accounts, the rest are orders near the touch and cancels."""
    with tempfile.TemporaryDirectory() as path, DataFolder(Path(path)) as folder:
        journal = open_journal(folder, PARAMETERS, "sandbox")
        records: list[Record] = []
        for command in restart_stream(count):
            records.append((len(records) + 1, encode_record(START, encode_command(command))))
        for begin in range(0, len(records), 64):
            journal.append(records[begin : begin + 64])
        results: dict[str, object] = {"restart_commands": len(records), "journal_mb": folder.bytes_used() // 10**6}
        policy = SnapshotPolicy()
        tail = min(policy.commands, int(len(records) * policy.journal_bytes / folder.bytes_used()))
        del records
        results["restart_engine_seconds"] = timed_recovery(folder, journal, [])
        results["restart_seconds"] = timed_recovery(folder, journal, [untold()])
        engine, history = Engine(PARAMETERS), untold()
        rerun(engine, islice(journal.read(1), max(0, journal.last - tail)), [history.take])
        take_snapshot(folder.snapshots, engine, [history], PARAMETERS)
        del engine, history
        results["tail_commands"] = tail
        results["tail_seconds"] = timed_recovery(folder, journal, [untold()])
        url = database or f"sqlite:///{Path(path, 'history.sqlite')}"
        results["tail_empty_database_seconds"] = timed_recovery(folder, journal, [untold()], url)
        results["tail_database_seconds"] = timed_recovery(folder, journal, [untold()], url)
        journal.close()
    return results


def untold() -> History:
    """Return a history as a venue that starts has it."""
    history = History(PARAMETERS)
    history.tell(False)
    return history


def timed_recovery(folder: DataFolder, journal: Journal, keepers: Sequence[History], database: str = "") -> float:
    """Return the seconds that a recovery takes, up to where the venue would listen; with the past in a database."""
    gc.collect()
    begun = time.perf_counter()
    if not database:
        recover(folder.snapshots, journal, PARAMETERS, keepers)
        return round(time.perf_counter() - begun, 2)
    archive = Archive(keepers[0], database)
    reach = archive.open("bench", journal.last)

    def begin(found: Recovered) -> Callable[[Commit], None]:
        return archive.begin(found.snapshot, found.engine.time).take_again

    recover(folder.snapshots, journal, PARAMETERS, keepers, reach=reach, begun=begin)
    spent = round(time.perf_counter() - begun, 2)
    archive.close()
    return spent


def restart_stream(count: int) -> Iterator[Command]:
    """Yield so many commands, or a few more."""
    accounts = count // 60
    made = 0
    for command in crowd(accounts):
        made += 1
        yield command
    for number in range(made, count):
        user_id = 10_001 + number * 7 % accounts
        price = (59_000 + number * 13 % 2_001) * 10**8
        if number % 5 == 0:
            yield CancelAllOrders(user_id, CROSS, "BTCUSDT")
        elif number % 101 == 0:
            yield AdvanceTime()
        else:
            yield PlaceOrder(user_id, CROSS, "BTCUSDT", number % 2 == 0, 1, 10**5, price, side_effect=1)


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--database", default="", help="of the history; SQLite in a new file unless said otherwise")
    parser.add_argument("--only", default="", help="restart or snapshots")
    words = parser.parse_args()
    scale = words.scale
    sys.setswitchinterval(0.0005)
    results: dict[str, object] = {"compiled": is_compiled()}
    if not words.only:
        results |= measure_records() | measure_submits(int(100_000 * scale))
    if words.only in ("", "restart"):
        results |= measure_restart(int(1_000_000 * scale), words.database)
    if words.only in ("", "snapshots"):
        results |= measure_snapshots(int(100_000 * scale), words.database)
    for name, value in results.items():
        print(f"{name:<24}{value}")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
