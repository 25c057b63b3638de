"""Run all benchmarks, each in a process of its own: compiled, interpreted, peers. Print tables, write results.json."""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
SOURCES = HERE.parent / "src"
NAMES = ("orders", "margin", "crash", "interest", "memory")
GOALS = {
    "orders": ("commands_per_second", 300_000, "commands/s"),
    "margin": ("commands_per_second", 150_000, "commands/s"),
    "crash": ("tick_ms_worst", 20, "ms, worst tick"),
    "interest": ("seconds_median", 1, "s"),
    "memory": ("bytes_per_account", 4_000, "bytes"),
}
INTERPRETED_SCALE = 0.25


def run(script: str, *arguments: str, interpreted: bool = False) -> list[dict[str, object]]:
    """Run a measuring script on one core and return the JSON lines that it printed."""
    environment = dict(os.environ, PYTHONHASHSEED="0")
    if interpreted:
        environment["PYTHONPATH"] = str(SOURCES)
    process = subprocess.run(
        [sys.executable, str(HERE / script), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if process.returncode:
        return [{"error": process.stderr.strip().splitlines()[-1] if process.stderr else "failed"}]
    return [json.loads(line) for line in process.stdout.splitlines() if line.startswith("{")]


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    return {"cpu": model, "cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}


def measure_all(names: list[str], scale: float) -> dict[str, object]:
    """Measure every workload compiled and interpreted, then the peers."""
    results: dict[str, object] = {"machine": machine(), "scale": scale}
    for name in names:
        if name == "peers":
            continue
        results[name] = {
            "compiled": run("measure.py", name, "--scale", str(scale))[0],
            "interpreted": run("measure.py", name, "--scale", str(scale * INTERPRETED_SCALE), interpreted=True)[0],
        }
        print(name, json.dumps(results[name]), file=sys.stderr)
    if "peers" in names:
        results["peers"] = run("peers.py", "--scale", str(scale))
    return results


def show(results: dict[str, object], console: Console) -> None:
    """Print the figures as tables."""
    console.print(f"{results['machine']}, scale {results['scale']}")
    table = Table("workload", "compiled", "interpreted", "ratio", "goal")
    for name in NAMES:
        pair = results.get(name)
        if not isinstance(pair, dict):
            continue
        key, goal, unit = GOALS[name]
        compiled, interpreted = pair["compiled"].get(key), pair["interpreted"].get(key)
        ratio = f"{compiled / interpreted:.2f}" if compiled and interpreted else "-"
        table.add_row(
            name, f"{compiled} {unit}", f"{interpreted} (at a quarter of the size)", ratio, f"{goal:,} {unit}"
        )
    console.print(table)
    if "peers" in results:
        show_peers(results, console)


def show_peers(results: dict[str, object], console: Console) -> None:
    """Print the peers beside the order mix of the same run."""
    orders = results.get("orders")
    ours = orders["compiled"].get("commands_per_second") if isinstance(orders, dict) else None
    table = Table("order mix", "commands/s", "ours ÷ theirs", "what it does")
    if ours:
        table.add_row(
            "leverline, compiled", f"{ours:,}", "1.0", "matching, accounts, ledger, fees, events, margin checks"
        )
    for row in results["peers"]:
        rate = row.get("commands_per_second")
        ratio = f"{ours / rate:.1f}" if ours and rate else "-"
        table.add_row(
            str(row.get("peer")), f"{rate:,}" if rate else str(row.get("error")), ratio, str(row.get("does", ""))
        )
    console.print(table)


def main() -> None:
    """Parse the command line, measure, print, save."""
    parser = argparse.ArgumentParser(description="Leverline's benchmarks")
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--only", default=",".join((*NAMES, "peers")))
    options = parser.parse_args()
    results = measure_all(options.only.split(","), 0.1 if options.quick else 1.0)
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    show(results, Console(width=150))


if __name__ == "__main__":
    main()
