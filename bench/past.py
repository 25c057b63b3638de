"""How long questions about an account with a long past take: python -m bench.past [--url URL] [--rows N] [--own N].

Makes tables of orders, fills and flows of many accounts in the database itself, one of them with a long past of its
own, and asks for it as the API does, the answer's JSON included. `--cold N` asks N times more of each, before each of
them having the system forget the files of the database, where this process may reach them.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import msgspec

sys.path.insert(0, str(Path(__file__).parent))

from past_rows import OWNER, PAIRS, SPACING, START, build

from leverline.api.call import Call
from leverline.api.margin.order_queries import trade_row
from leverline.api.margin.records import flow_row
from leverline.api.order_answers import margin_order
from leverline.api.request import Request
from leverline.history.history import History
from leverline.history.logs import Cut
from leverline.history.past.past import Past
from leverline.history.store.archive import Archive
from leverline.history.store.statements import SQLITE
from leverline.kernel.time import DAY
from leverline.parameters import load_parameters

WARM: Final = 10
SEED: Final = 1

Ask = Callable[[], Awaitable[list[Any]]]
Row = Callable[[Call, Any], dict[str, Any]]


def unasked_call() -> Call:
    """Return what is needed of a call to show its answer."""
    nothing: Any = None
    call = Call(nothing, Request("GET", "", "", {}))
    call.values = {"isIsolated": False}
    return call


def show_order(call: Call, order: Any) -> dict[str, Any]:
    """Return an order as it is answered."""
    return margin_order(call, order, call["isIsolated"])


class Questions:
    """What is asked of an account with `own` rows a table among `every` times as many, anywhere in its past."""

    def __init__(self, past: Past, own: int, every: int) -> None:
        self.past: Past = past
        self.own: int = own
        self.every: int = every
        self.random: random.Random = random.Random(SEED)

    def all(self) -> Iterator[tuple[str, Ask, Row]]:
        """Yield them: name, the question, and how a row of its answer is shown."""
        places = {"first": 0.0, "middle": None, "last": 1.0}
        for name, place in places.items():
            yield f"orders {name}, from id", partial(self.orders, place, True), show_order
            yield f"orders {name}, a day", partial(self.orders, place, False), show_order
        yield "orders newest", self.orders_newest, show_order
        for name, place in places.items():
            yield f"trades {name}, from id", partial(self.trades, place, True), trade_row
            yield f"trades {name}, a day", partial(self.trades, place, False), trade_row
        yield "trades of an order", self.trades_of_order, trade_row
        for name, place in places.items():
            yield f"flows {name}, from id", partial(self.flows, place, True), flow_row
            yield f"flows {name}, a week", partial(self.flows, place, False), flow_row
        yield "flows of a coin and kind", partial(self.flows, None, True, "BTC", 2), flow_row
        yield "flows of a rare coin", partial(self.flows, 0.0, True, "BNB"), flow_row
        yield "the same of a kind", partial(self.flows, 0.0, True, "BNB", 4), flow_row
        yield "the same of a week", partial(self.flows, None, False, "BNB", 4), flow_row

    async def orders(self, place: float | None, is_by_id: bool) -> list[Any]:
        """All orders of a pair: 500 from an id on, or within a day."""
        row = self.row(place, 500 * len(PAIRS))
        since = None if is_by_id else self.moment(row)
        until = 2**62 if since is None else since + DAY
        return await self.past.orders.all_of(
            OWNER, self.pair(), row * self.every if is_by_id else None, since, until, 500
        )

    async def orders_newest(self) -> list[Any]:
        """The newest 500 of a pair."""
        return await self.past.orders.all_of(OWNER, self.pair(), limit=500)

    async def trades(self, place: float | None, is_by_id: bool) -> list[Any]:
        """Fills of a pair: 1,000 from an id on, or within a day."""
        row = self.row(place, 1_000 * len(PAIRS))
        since = None if is_by_id else self.moment(row)
        until = 2**62 if since is None else since + DAY
        first = row * self.every if is_by_id else None
        return await self.past.account_trades.of(OWNER, self.pair(), first, since, until, 1_000)

    async def trades_of_order(self) -> list[Any]:
        """The fills of one order."""
        order_id = self.random.randrange(self.own * self.every)
        return await self.past.account_trades.of(OWNER, self.pair(), limit=1_000, order_id=order_id)

    async def flows(self, place: float | None, is_by_id: bool, asset: str = "", kind: int = 0) -> list[Any]:
        """Capital flow: 1,000 from an id on, or within a week."""
        row = self.row(place, 1_000)
        since = None if is_by_id else self.moment(row)
        until = 2**62 if since is None else since + 7 * DAY
        first = row * self.every if is_by_id else None
        return await self.past.flows.of(OWNER, asset, kind, first, since, until, 1_000)

    def row(self, place: float | None, page: int) -> int:
        """Return where a page begins: the first row, that from which one page is left, or anywhere between."""
        return self.random.randrange(self.own - page) if place is None else int(place * (self.own - page))

    def moment(self, row: int) -> int:
        """Return when that row of the owner's was made, about."""
        return START + row * SPACING

    def pair(self) -> str:
        """Return any pair."""
        return self.random.choice(PAIRS)


async def measure(ask: Ask, show: Row, count: int, before: Callable[[], None] | None = None) -> str:
    """Return median and 99th percentile, processor time of this process, and how many rows were answered."""
    call = unasked_call()
    times, rows, spent = [], 0, 0.0
    for _ in range(count):
        if before is not None:
            before()
        began, used = perf_counter(), process_time()
        found = await ask()
        msgspec.json.encode([show(call, each) for each in found])
        times.append((perf_counter() - began) * 1_000)
        spent += process_time() - used
        rows += len(found)
    times.sort()
    worst = times[min(int(count * 0.99), count - 1)]
    return (
        f"p50 {statistics.median(times):7.2f} ms  p99 {worst:7.2f} ms  processor {spent * 1_000 / count:6.2f} ms"
        f"  {rows / count:5.0f} rows"
    )


def forget(archive: Archive) -> None:
    """Have the system forget the files of the database, and SQLite's own connections what they have read."""
    database = archive.database
    if database.dialect == SQLITE:
        name = database.engine.url.database
        files = [Path(name)] if name else []
        database.engine.dispose()
    else:
        with database.engine.connect() as connection:
            folder = connection.exec_driver_sql("SHOW data_directory").scalar_one()
        files = [file for file in Path(folder, "base").rglob("*") if file.is_file()]
    for file in files:
        with file.open("rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


async def ask_all(archive: Archive, own: int, every: int, count: int, cold: int) -> None:
    """Ask everything, and print a line for each."""
    for name, ask, show in Questions(archive.past, own, every).all():
        if cold:
            print(f"{name:26} cold  {await measure(ask, show, cold, partial(forget, archive))}", flush=True)
        await measure(ask, show, WARM)
        print(f"{name:26} warm  {await measure(ask, show, count)}", flush=True)


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="A database; tables in it that have their rows already are taken as they are.")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--own", type=int, default=100_000)
    parser.add_argument("--asked", type=int, default=200, help="How often each question is asked.")
    parser.add_argument("--cold", type=int, default=0)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = words.url or f"sqlite:///{Path(folder, 'past.sqlite')}"
        build(url, words.rows, words.own)
        archive = Archive(History(load_parameters(sandbox=True)), url)
        archive.open("bench", 2**62)
        archive.begin(0, 0)
        every = words.rows // words.own
        for log in (archive.history.orders.ended, archive.history.account_trades.log, archive.history.flows.log):
            log.cut[OWNER] = Cut(words.own, START + words.own * SPACING)
        asyncio.run(ask_all(archive, words.own, every, words.asked, words.cold))
        archive.close()


if __name__ == "__main__":
    main()
