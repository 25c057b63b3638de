"""Measure one workload in this process and print its figures as one JSON line."""

import argparse
import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import workloads

from leverline.build_info import is_compiled
from leverline.engine.commands import AdvanceTime, Command
from leverline.engine.events import Refused
from leverline.kernel.numbers import INDEX_ONE

CRASH_TICKS = 60
CRASH_DEPTH = 5  # falls by one fifth


def freeze() -> None:
    """Keep the collector away from the venue that set-up built."""
    gc.collect()
    gc.freeze()
    gc.disable()


def apply_all(bench: workloads.Bench, commands: Iterable[Command], at: int) -> tuple[float, int, int]:
    """Apply all commands; return seconds, events and refusals."""
    apply = bench.engine.apply
    events_total = refused = 0
    start = time.perf_counter()
    for command in commands:
        events = apply(command, at)
        events_total += len(events)
        if events and type(events[-1]) is Refused:
            refused += 1
    return time.perf_counter() - start, events_total, refused


def rates(bench: workloads.Bench, commands: list[Command], rounds: int) -> dict[str, object]:
    """Apply the stream in equal parts and report the median rate of the parts."""
    freeze()
    part = len(commands) // rounds
    seconds, events, refused = [], 0, 0
    for step in range(rounds):
        spent, made, lost = apply_all(bench, commands[step * part : (step + 1) * part], bench.time)
        seconds.append(spent)
        events += made
        refused += lost
    faults = bench.engine.conservation_faults()
    assert not faults, faults[:3]
    return {
        "commands_per_second": round(part / statistics.median(seconds)),
        "commands": part * rounds,
        "events": events,
        "refused_share": round(refused / (part * rounds), 4),
    }


def orders(scale: float) -> dict[str, object]:
    """The order mix."""
    bench, commands = workloads.order_mix(int(400_000 * scale), seed=1)
    return rates(bench, commands, 8)


def margin(scale: float) -> dict[str, object]:
    """The margin mix."""
    bench, commands = workloads.margin_mix(int(300_000 * scale), seed=2, users=max(100, int(10_000 * scale)))
    warm = len(commands) // 10
    apply_all(bench, commands[:warm], bench.time)
    return rates(bench, commands[warm:], 8)


def crash(scale: float) -> dict[str, object]:
    """Time to find, tick by tick, every account that a fall of 20 % takes to another band."""
    users = int(100_000 * scale)
    bench, bases = workloads.crash_venue(users, seed=3)
    core = bench.engine.core
    freeze()
    ticks, found = [], 0
    for step in range(1, CRASH_TICKS + 1):
        price = 100 * INDEX_ONE - 100 * INDEX_ONE * step // (CRASH_DEPTH * CRASH_TICKS)
        rows = [(base, price, 1) for base in bases]
        start = time.perf_counter()
        for asset in core.board.publish("bench", rows, bench.time):
            core.risk.moved(asset)
        found += len(core.risk.settle())
        ticks.append(time.perf_counter() - start)
        core.log.drain()
    return {
        "accounts": users,
        "tick_ms_median": round(statistics.median(ticks) * 1000, 2),
        "tick_ms_p95": round(sorted(ticks)[len(ticks) * 95 // 100] * 1000, 2),
        "tick_ms_worst": round(max(ticks) * 1000, 2),
        "liquidatable_found": found,
    }


def interest(scale: float) -> dict[str, object]:
    """One clock hour on a million loans."""
    loans = int(1_000_000 * scale)
    bench = workloads.loan_venue(loans, seed=4)
    freeze()
    seconds = []
    hour = workloads.next_hour(bench)
    for _ in range(3):
        start = time.perf_counter()
        events = bench.engine.apply(AdvanceTime(), hour)
        seconds.append(time.perf_counter() - start)
        made = len(events)
        del events
        hour += 3_600_000_000
    return {"loans": loans, "seconds_median": round(statistics.median(seconds), 3), "events": made}


def memory(scale: float) -> dict[str, object]:
    """Resident bytes per idle margin account with two holdings, user and spot wallet included."""
    users = int(100_000 * scale)
    bench = workloads.Bench(workloads.open_parameters())
    workloads.set_prices(bench, {"BTC": 60_000 * INDEX_ONE})
    gc.collect()
    before = _resident()
    for user in range(1, users + 1):
        workloads.make_user(bench, user, {"USDT": 10**10, "BTC": 10**8})
    gc.collect()
    return {"accounts": users, "bytes_per_account": round((_resident() - before) / users)}


def _resident() -> int:
    """Return the resident bytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


WORKLOADS: dict[str, Callable[[float], dict[str, object]]] = {
    "orders": orders,
    "margin": margin,
    "crash": crash,
    "interest": interest,
    "memory": memory,
}


def main() -> None:
    """Measure the workload named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workload", choices=sorted(WORKLOADS))
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    figures = WORKLOADS[options.workload](options.scale)
    print(json.dumps({"workload": options.workload, "compiled": is_compiled(), **figures}))


if __name__ == "__main__":
    main()
