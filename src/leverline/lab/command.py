"""What `leverline replay` does: read, replay, print, write the report."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from leverline.kernel.decimals import DecimalError, parse_amount
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.lab.bars import BarFault, Series, read_bars
from leverline.lab.moments import MomentError, format_moment, parse_moment
from leverline.lab.replay import Outcome, Settings, run_replay
from leverline.lab.summary import print_summary, stdout_console
from leverline.lab.window import Window, WindowFault, cut_window

SHIPPED: Final = "crash_2025-10-10_5m.csv.gz"
"""The bars that are replayed when no file is named."""


class ReplayFault(Exception):
    """Why a replay cannot start, as one line for the user."""


def replay_command(
    bars: list[Path], settings: Settings, start: str | None, end: str | None, report: Path | None, command: list[str]
) -> bool:
    """Replay the files, or the shipped crash; return whether the books balanced. Raises ReplayFault."""
    window = open_window(bars, start, end)
    check_report(report)
    with _progress(window) as progress:
        outcome = run_replay(window, settings, progress)
    print_summary(outcome, stdout_console())
    if report is not None:
        write_report(report, outcome, command)
    return not outcome.closing.faults


def fund_value(text: str) -> int:
    """Return the insurance fund (10⁻⁸ USDT) that an option names. Raises ReplayFault."""
    try:
        amount = parse_amount(text)
    except DecimalError as fault:
        raise ReplayFault(f"--fund: {fault}") from fault
    if not 0 <= amount <= AMOUNT_MAX:
        raise ReplayFault(f"--fund: {text} is negative or beyond any supply")
    return amount


def open_window(bars: list[Path], start: str | None, end: str | None) -> Window:
    """Return the bars to replay. Raises ReplayFault."""
    first, last = _moment("--from", start), _moment("--to", end)
    try:
        return cut_window(read_bars(bars) if bars else _shipped(), first, last)
    except (BarFault, WindowFault) as fault:
        raise ReplayFault(str(fault)) from fault


def check_report(report: Path | None) -> None:
    """See before the work that the report can be written after it. Raises ReplayFault."""
    if report is None:
        return
    try:
        with report.open("a", encoding="utf-8"):
            pass
    except OSError as fault:
        raise ReplayFault(f"--report {report}: {fault.strerror or fault}") from fault


def write_report(report: Path, outcome: Outcome, command: list[str]) -> None:
    """Write the HTML page and say so."""
    from leverline.lab.report import report_page

    report.write_text(report_page(outcome, command), encoding="utf-8")
    stdout_console().print(f"  report          {report}", soft_wrap=True)


def _shipped() -> dict[str, Series]:
    with as_file(files("leverline.lab").joinpath("data", SHIPPED)) as file:
        return read_bars([file])


def _moment(option: str, text: str | None) -> int | None:
    try:
        return None if text is None else parse_moment(text)
    except MomentError as fault:
        raise ReplayFault(f"{option}: {fault}") from fault


@contextmanager
def _progress(window: Window) -> Iterator[Callable[[int], None]]:
    """Give a function that shows the venue time reached: a bar on a terminal's standard error, else nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda time: None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("opening accounts", total=window.end - window.start)

        def show(time: int) -> None:
            bar.update(task, completed=time - window.start, description=format_moment(time))

        yield show
