"""Pass every check and test suite, compiled and interpreted, and close with a table of results and times.

    python tools/suites.py [--long] [SUITE…]

A suite is a folder below `tests/`. Each runs against the installed wheel; those of the engine run once more, together
and interpreted, on the sources. Naming suites runs only these, without the checks. The long profile is the wheel's:
interpreted runs keep to the short one.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
FIRST_SUITES = ["tidy", "spec", "property", "simulation", "lab"]
TWICE = {"spec", "property", "reference", "engine", "liquidation", "lending", "margin", "market"}
"""Suites of the compiled core: they run on the sources too, interpreted."""
SERIAL_SUITES = {"tidy"}
BY_FILE = {"clients", "contract", "api"}
"""Suites whose modules each have a venue of their own: the tests of a module stay in one process."""
PYTEST_RAN = {0, 1}

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy --strict": ["mypy", "--strict", "src"],
    "import-linter": ["lint-imports"],
}


@dataclass
class Result:
    """What one check or suite came to, and how long it took."""

    name: str
    passed: int
    failed: int
    skipped: int
    seconds: float


def main() -> int:
    """Run what the arguments ask for and return the exit code."""
    arguments = parse_arguments()
    seed = os.environ.setdefault("LEVERLINE_SEED", str(random.SystemRandom().randrange(2**32)))
    print(f"LEVERLINE_SEED={seed}", flush=True)
    results = list(run_all(arguments.suites, arguments.long))
    print_table(results)
    print(f"LEVERLINE_SEED={seed} ./test runs the same again")
    passed, failed, skipped = (sum(getattr(r, part) for r in results) for part in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not passed else 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./test", description="Pass every check and test suite of Leverline.")
    parser.add_argument("--long", action="store_true", help="run the long profile of the random tests too")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"only these of: {', '.join(find_suites())}")
    arguments = parser.parse_args()
    for suite in arguments.suites:
        if suite not in find_suites():
            parser.error(f"there is no suite {suite!r}")
    return arguments


def find_suites() -> list[str]:
    found = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/test_*.py")}
    return [name for name in FIRST_SUITES if name in found] + sorted(found - set(FIRST_SUITES))


def run_all(wanted: list[str], long: bool) -> Iterator[Result]:
    """Yield the result of each check and suite."""
    for name, command in {} if wanted else CHECKS.items():
        yield run_check(name, command)
    suites = [name for name in find_suites() if name in wanted or not wanted]
    for suite in suites:
        yield run_suite(suite, long)
    twice = [suite for suite in suites if suite in TWICE]
    if twice and is_wheel_compiled():
        yield run_interpreted(twice)


def is_wheel_compiled() -> bool:
    """Return whether the installed engine is compiled: if not, its suites have just run interpreted."""
    code = "import sys, leverline.build_info; sys.exit(not leverline.build_info.is_compiled())"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tests", check=False).returncode == 0


def run_check(name: str, command: list[str]) -> Result:
    """Run one checking tool on the sources."""
    print(f"\n== {name}", flush=True)
    program = Path(sys.executable).with_name(command[0])
    start = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": "src"}
    status = subprocess.run([program, *command[1:]], cwd=ROOT, env=environment, check=False).returncode
    return Result(name, int(status == 0), int(status != 0), 0, time.monotonic() - start)


def run_suite(suite: str, long: bool = False) -> Result:
    """Run one suite with pytest on the installed wheel."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    options = [] if suite in SERIAL_SUITES else ["--numprocesses=auto"]
    options += ["--dist=loadfile"] if suite in BY_FILE else []
    options += ["--long"] if long else []
    return run_pytest(suite, [f"tests/{suite}", *options], environment)


def run_interpreted(suites: list[str]) -> Result:
    """Run suites together on the sources."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "LEVERLINE_INTERPRETED": "1"}
    arguments = [*(f"tests/{suite}" for suite in suites), "--numprocesses=auto"]
    return run_pytest("interpreted", arguments, environment)


def run_pytest(name: str, arguments: list[str], environment: dict[str, str]) -> Result:
    """Run pytest and read what it came to from its report."""
    print(f"\n== {name}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", *arguments, f"--junitxml={report}"]
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        passed, failed, skipped = read_report(report)
    if status not in PYTEST_RAN or (status and not failed):
        failed += 1
    return Result(name, passed, failed, skipped, time.monotonic() - start)


def read_report(report: Path) -> tuple[int, int, int]:
    """Return how many tests passed, failed and were skipped."""
    if not report.exists():
        return 0, 0, 0
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        for key in totals:
            totals[key] += int(suite.get(key, 0))
    failed = totals["failures"] + totals["errors"]
    return max(totals["tests"] - failed - totals["skipped"], 0), failed, totals["skipped"]


def print_table(results: list[Result]) -> None:
    width = max(len(result.name) for result in results) if results else 0
    print(f"\n{'':{width}}  {'passed':>7} {'failed':>7} {'skipped':>7} {'seconds':>8}")
    for result in results:
        counts = f"{result.passed:7} {result.failed:7} {result.skipped:7}"
        print(f"{result.name:{width}}  {counts} {result.seconds:8.1f}")
    print(f"{'total':{width}}  {'':7} {'':7} {'':7} {sum(result.seconds for result in results):8.1f}\n")


if __name__ == "__main__":
    sys.exit(main())
