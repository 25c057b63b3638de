"""Pass every check and test suite, compiled and interpreted, and close with a table of results and times.

    python tools/suites.py [--long] [SUITE…]

A suite is a folder below `tests/`. Suites of one kind share a run of pytest, for its start and its tail, when a core
has nothing left to do, cost more than most suites; the table still has a line for each. All run against the installed
wheel; those of the engine once more, interpreted, on the sources. Naming suites runs only these, without the checks.
The long profile is the wheel's: interpreted runs keep to the short one.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
TWICE = ("property", "reference", "engine", "spec", "liquidation", "margin", "lending", "market")
"""Suites of the compiled core: they run on the sources too, interpreted. Those of long tests come first."""
SERVED = ("clients", "contract")
"""Suites of venues in processes of their own, which leave cores idle while they start and wait for one another."""
BROWSED = ("web",)
"""Suites with a browser, which takes as much of a core as its venue."""
SERIAL = ("tidy", "bootstrap")
"""Suites that gain nothing from a second process, or that set up the whole process: they run beside the checks."""
PYTEST_RAN = {0, 1}
FAILED, SKIPPED = {"failure", "error"}, {"skipped"}

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy --strict": ["mypy", "--strict", "src"],
    "import-linter": ["lint-imports"],
    **{
        f"web {what}": ["python", "tools/web_checks.py", what]
        for what in ("packages", "check", "lint", "test", "types")
    },
}


@dataclass
class Run:
    """One run of pytest over suites of a kind."""

    name: str
    suites: list[str]
    options: list[str]
    is_interpreted: bool = False


@dataclass
class Result:
    """What one check or suite came to, and how long it took: a suite's tests may have run two at a time."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0


def main() -> int:
    """Run what the arguments ask for and return the exit code."""
    arguments = parse_arguments()
    keep_bytecode()
    seed = os.environ.setdefault("LEVERLINE_SEED", str(random.SystemRandom().randrange(2**32)))
    print(f"LEVERLINE_SEED={seed}", flush=True)
    start = time.monotonic()
    results = run_all(arguments.suites, arguments.long)
    print_table(results, time.monotonic() - start)
    print(f"LEVERLINE_SEED={seed} ./test runs the same again")
    passed, failed, skipped = (sum(getattr(r, part) for r in results) for part in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not passed else 0


def keep_bytecode() -> None:
    """Have Python keep what it compiles, beside the environment, whatever the shell says.

    Tests start hundreds of processes: each venue would compile for 4 s what it imports, each ccxt for twice as long.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(Path(sys.prefix, "bytecode"))


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
    """Return the names of all suites."""
    return sorted({path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/test_*.py")})


def run_all(wanted: list[str], long: bool) -> list[Result]:
    """Return the results of checks and suites. The checks begin beside the serial suites, which leave a core idle."""
    with ThreadPoolExecutor(1) as beside:
        checks = [beside.submit(run_check, name, CHECKS[name]) for name in ([] if wanted else CHECKS)]
        suites = [result for run in planned(wanted or find_suites(), long) for result in run_pytest(run)]
        return [*(check.result() for check in checks), *suites]


def planned(wanted: list[str], long: bool) -> Iterator[Run]:
    """Yield the runs of pytest that the suites need."""
    cores = os.cpu_count() or 1
    core = [suite for suite in TWICE if suite in wanted]
    served = [suite for suite in SERVED if suite in wanted]
    browsed = [suite for suite in BROWSED if suite in wanted]
    serial = [suite for suite in SERIAL if suite in wanted]
    others = [suite for suite in wanted if suite not in {*core, *served, *browsed, *serial}]
    profile = ["--long"] if long else []
    yield Run("serial", serial, profile)
    yield Run("core", core, [*split(cores), *profile])
    yield Run("venue", others, [*by_module(cores + 1), *profile])
    yield Run("served", served, [*by_module(cores + 2), *profile])
    yield Run("browsed", browsed, [*by_module(cores + 1), *profile])
    if core and is_wheel_compiled():
        yield Run("interpreted", core, split(cores), is_interpreted=True)


def split(processes: int) -> list[str]:
    """Return the options that spread tests over processes."""
    return [f"--numprocesses={processes}", "--dist=worksteal"]


def by_module(processes: int) -> list[str]:
    """Return the options that spread modules, whose tests share a venue; another process is busy while one waits."""
    return [f"--numprocesses={processes}", "--dist=loadfile", "--no-loadscope-reorder"]


def is_wheel_compiled() -> bool:
    """Return whether the installed engine is compiled: if not, its suites have just run interpreted."""
    code = "import sys, leverline.build_info; sys.exit(not leverline.build_info.is_compiled())"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tests", check=False).returncode == 0


def run_check(name: str, command: list[str]) -> Result:
    """Run one checking tool on the sources and print what it said in one piece."""
    program = Path(sys.executable).with_name(command[0])
    start = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    print(f"\n== {name}\n{done.stdout}", flush=True)
    return Result(name, int(done.returncode == 0), int(done.returncode != 0), 0, time.monotonic() - start)


def run_pytest(run: Run) -> list[Result]:
    """Run pytest and return what each suite came to by its report; a run that broke off is a failure of its own."""
    if not run.suites:
        return []
    print(f"\n== {run.name}: {', '.join(run.suites)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        folders = [f"tests/{suite}" for suite in run.suites]
        command = [sys.executable, "-m", "pytest", *folders, *run.options, f"--junitxml={report}"]
        command += ["--continue-on-collection-errors"]
        status = subprocess.run(command, cwd=ROOT, env=environment_of(run), check=False).returncode
        results = read_report(report, run)
    if status not in PYTEST_RAN or (status and not any(each.failed for each in results)):
        results.append(Result(f"{run.name} broke off", failed=1))
    return results


def environment_of(run: Run) -> dict[str, str]:
    """Return the environment in which pytest finds the wheel, or the sources."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if run.is_interpreted:
        environment |= {"PYTHONPATH": str(ROOT / "src"), "LEVERLINE_INTERPRETED": "1"}
    return environment


def read_report(report: Path, run: Run) -> list[Result]:
    """Return what each suite of a run came to; one of which no test ran has failed."""
    found = {suite: Result(suite + " interpreted" * run.is_interpreted) for suite in run.suites}
    for case in ElementTree.parse(report).getroot().iter("testcase") if report.exists() else ():
        result = found[suite_of(case)]
        kinds = {child.tag for child in case}
        result.failed += bool(kinds & FAILED)
        result.skipped += bool(kinds & SKIPPED) and not kinds & FAILED
        result.passed += not kinds & (FAILED | SKIPPED)
        result.seconds += float(case.get("time", 0))
    for result in found.values():
        result.failed += not (result.passed or result.failed or result.skipped)
    return list(found.values())


def suite_of(case: ElementTree.Element) -> str:
    """Return the suite of a test; a module that could not be read is reported as a test without a class."""
    dotted = case.get("classname") or case.get("name") or ""
    return dotted.split(".")[1]


def print_table(results: list[Result], seconds: float) -> None:
    """Print the results; the seconds of suites are those of their tests, which run on all cores."""
    width = max(len(result.name) for result in results) if results else 0
    print(f"\n{'':{width}}  {'passed':>7} {'failed':>7} {'skipped':>7} {'seconds':>8}")
    for result in results:
        counts = f"{result.passed:7} {result.failed:7} {result.skipped:7}"
        print(f"{result.name:{width}}  {counts} {result.seconds:8.1f}")
    print(f"{'time passed':{width}}  {'':7} {'':7} {'':7} {seconds:8.1f}\n")


if __name__ == "__main__":
    sys.exit(main())
