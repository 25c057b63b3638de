"""A crash that makes two thousand of a hundred thousand accounts liquidatable in one tick: python -m bench.crash.

One process serves one queue of commands: 500 orders a second of other users, an index tick and a maker's quotes each
second, and the liquidations. Each command takes what it takes on this machine; one that comes meanwhile waits, and has
its time when it begins, as in the served venue; what things take is processor time. The table says how long the
selection took (which accounts the tick can touch, the exact judgement of each, the order of turns), how much venue time
passed until the last liquidation ended, the longest command, and the latency of the other users' orders meanwhile.
"""

import argparse
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

from workloads import TICK, Bench, fill_pools, make_user, open_parameters, set_prices

from leverline.build_info import is_compiled
from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    Command,
    Deposit,
    MassQuote,
    PlaceOrder,
    PublishPrices,
    RegisterUser,
)
from leverline.kernel.numbers import INDEX_ONE, UNIT
from leverline.kernel.time import SECOND
from leverline.ledger.wallet import CROSS, SPOT
from leverline.liquidation.events import LiquidationEnded, LiquidationStarted, TakenOver
from leverline.market.terms import LIMIT
from leverline.venue.pacing import Pacer

ORDERS_A_SECOND: Final = 500
TRADERS: Final = 100
FIRST_TRADER: Final = 1_000_000
MAKER: Final = 999_999
BEFORE: Final = 100
EVE: Final = 86
AFTER: Final = 85
"""Index of BTC when the accounts opened, before the tick and after it."""
OWN_ORDERS: Final = 2
"""Open orders of each account that falls."""
LEVELS: Final = 40
"""Bids of the maker, 0.1 % from each other."""
END: Final = 60 * SECOND


@dataclass
class Figures:
    """What a run found, in seconds."""

    selection: float = 0.0
    touched: int = 0
    """Accounts that the tick could touch, and those of them that are liquidated."""
    found: int = 0
    finished: float = 0.0
    """Venue time from the tick to the end of the last liquidation."""
    behind: float = 0.0
    """By so much the venue's time was behind the clock then."""
    longest: float = 0.0
    """The longest command after the tick, and what of it the tick itself took."""
    tick: float = 0.0
    started: int = 0
    taken_over: int = 0
    latencies: list[float] = field(default_factory=list)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--falling", type=int, default=2_000)
    options = parser.parse_args()
    bench = prepared(options.accounts, options.falling)
    gc.collect()
    gc.freeze()
    figures = crash(bench)
    late = sorted(figures.latencies)
    print(f"{options.accounts} accounts, {figures.found} fall, {'compiled' if is_compiled() else 'interpreted'}")
    print(f"accounts looked at           {figures.touched:10d}")
    print(f"selection                    {1000 * figures.selection:10.1f} ms")
    print(f"the tick's command           {1000 * figures.tick:10.1f} ms")
    print(f"longest command              {1000 * figures.longest:10.1f} ms")
    print(f"all finished after           {figures.finished:10.1f} s of venue time")
    print(f"time then behind the clock   {figures.behind:10.1f} s")
    print(f"taken over                   {figures.taken_over:10d}")
    for share in (50, 99, 100):
        print(f"orders of others, p{share:<3}      {1000 * late[(len(late) - 1) * share // 100]:10.1f} ms")
    print(f"orders meanwhile             {len(late):10d}")


def prepared(accounts: int, falling: int) -> Bench:
    """Return a venue whose first `falling` accounts are liquidated by the last step of a long fall."""
    bench = Bench(open_parameters())
    set_prices(bench, {"BTC": BEFORE * INDEX_ONE})
    fill_pools(bench, ["USDT"])
    for user in (MAKER, *range(FIRST_TRADER, FIRST_TRADER + TRADERS)):
        bench.send(RegisterUser(user))
        for asset in ("BTC", "USDT"):
            bench.send(Deposit(user, asset, 10**9 * UNIT))
    bench.send(MassQuote(MAKER, SPOT, "BTCUSDT", [], [(BEFORE * UNIT, 10**8 * UNIT)]))
    for user in range(1, accounts + 1):
        if user <= falling:
            open_long(bench, user, 2 * UNIT, 7)
            for number in range(OWN_ORDERS):
                bench.send(order(user, CROSS, False, UNIT, (BEFORE + 5) * UNIT + number * TICK))
        else:
            open_long(bench, user, 4 * UNIT + user * 7919 % 9973 * UNIT // 4000, 2 + user % 7)
    for price in range(BEFORE - 1, EVE - 1, -1):
        bench.time += SECOND
        set_prices(bench, {"BTC": price * INDEX_ONE})
    return bench


def open_long(bench: Bench, user: int, own: int, bought: int) -> None:
    """Let a user hold `own` units of BTC and buy so many more BTC with a loan; no two owe quite the same."""
    make_user(bench, user, {"BTC": own})
    bench.send(Borrow(user, CROSS, "USDT", bought * BEFORE * UNIT + user % 997 * UNIT // 1000))
    bench.send(order(user, CROSS, True, bought * UNIT, BEFORE * UNIT))


def order(user: int, kind: int, is_buy: bool, quantity: int, price: int) -> PlaceOrder:
    """Return a limit order for BTC."""
    return PlaceOrder(user, kind, "BTCUSDT", is_buy, LIMIT, quantity, price)


def quotes(falling: int) -> MassQuote:
    """Return the maker's quotes after the fall: all bids together buy two BTC of each account that falls."""
    size = (falling * 2 // LEVELS + 1) * UNIT
    bids = [((AFTER * 1000 - 100 * level) * UNIT // 1000, size) for level in range(1, LEVELS + 1)]
    return MassQuote(MAKER, SPOT, "BTCUSDT", bids, [((BEFORE + 20) * UNIT, size)])


def arrivals(falling: int) -> Iterator[tuple[int, Command, bool]]:
    """Yield (time after the tick, command, whether it is an order of another user) in order."""
    step = SECOND // ORDERS_A_SECOND
    for number in range(END // step):
        time = number * step
        if time % SECOND == 0:
            yield time, PublishPrices("bench", [("BTC", AFTER * INDEX_ONE - time, 1)]), False
            yield time, quotes(falling), False
        user = FIRST_TRADER + number % TRADERS
        yield time, order(user, SPOT, True, UNIT, 50 * UNIT + number % 97 * TICK), True


def crash(bench: Bench) -> Figures:
    """Let the index fall and serve the queue until every liquidation has ended."""
    found = Figures()
    engine, core = bench.engine, bench.engine.core
    bench.time += SECOND
    bench.send(AdvanceTime())
    began = process_time()
    for asset in core.board.publish("bench", [("BTC", AFTER * INDEX_ONE, 1)], bench.time):
        core.risk.moved(asset)
    found.touched = len(core.ledger.touched)
    falling = core.risk.settle()
    core.liquidator.queue.in_order(falling, bench.time)
    found.selection = process_time() - began
    found.found = len(falling)
    core.liquidator.start(falling)
    core.settle()
    found.tick = found.longest = process_time() - began
    note(found, core.log.drain())
    serve(bench, found, len(falling))
    faults = engine.conservation_faults()
    assert not faults, faults
    assert not core.liquidator.accounts, len(core.liquidator.accounts)
    return found


def serve(bench: Bench, found: Figures, falling: int) -> None:
    """Serve the commands one after another, each when it has come and the one before is done."""
    engine, liquidator = bench.engine, bench.engine.core.liquidator
    pacer = Pacer(engine)
    start = bench.time
    free = start + int(found.tick * SECOND)
    for after, command, is_order in arrivals(falling):
        came = start + after
        while (due := max(free, engine.timers.next_due(), int(pacer.free_at * SECOND))) < came:
            free = take(bench, pacer, found, AdvanceTime(), due)
        free = take(bench, pacer, found, command, max(came, free))
        if is_order:
            found.latencies.append((free - came) / SECOND)
        if not liquidator.accounts:
            break
    found.finished = (engine.time - start) / SECOND
    found.behind = (free - engine.time) / SECOND


def take(bench: Bench, pacer: Pacer, found: Figures, command: Command, now: int) -> int:
    """Apply a command when the clock shows `now`; return what it shows afterwards."""
    time = pacer.time(now, now / SECOND)
    began = process_time()
    events = bench.engine.apply(command, time)
    seconds = process_time() - began
    pacer.applied(0, now / SECOND, now / SECOND + seconds)
    note(found, events)
    found.longest = max(found.longest, seconds)
    return now + int(seconds * SECOND)


def note(found: Figures, events: list[object]) -> None:
    """Count what happened."""
    for event in events:
        found.started += isinstance(event, LiquidationStarted)
        found.taken_over += isinstance(event, TakenOver)
        assert not isinstance(event, LiquidationEnded) or found.started, event


if __name__ == "__main__":
    main()
