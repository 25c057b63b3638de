"""What `leverline replay` does: read, replay, print, write the report and the figures."""

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from leverline.bars.faults import BarFault, shortened
from leverline.bars.moments import MomentError, parse_moment
from leverline.bars.series import Series, read_bars
from leverline.bars.window import Window, WindowFault, cut_window
from leverline.kernel.decimals import DecimalError, format_plain, parse_amount
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.lab.faults import ReplayFault
from leverline.lab.figures import MARK as JSON_MARK
from leverline.lab.figures import figures_text
from leverline.lab.output import Target, write_out
from leverline.lab.progress import watched
from leverline.lab.replay import Outcome, Settings, run_replay
from leverline.lab.summary import summary_text

SHIPPED: Final = "crash_2025-10-10_5m.csv.gz"
"""The bars that are replayed when no file is named."""
REPORT_MARK: Final = '<meta name="generator" content="leverline replay">'
FUND_DIGITS_MAX: Final = 40


@dataclass
class Request:
    """What the command line says."""

    bars: list[Path]
    settings: Settings
    start: str | None = None
    end: str | None = None
    report: Path | None = None
    figures: Path | None = None

    @property
    def again(self) -> list[str]:
        """The command that repeats it, with everything that decides the result."""
        words = ["leverline", "replay", *map(str, self.bars)]
        for option, value in (
            ("--from", self.start),
            ("--to", self.end),
            ("--accounts", str(self.settings.accounts)),
            ("--seed", str(self.settings.seed)),
            ("--fund", format_plain(self.settings.fund)),
        ):
            words += [] if value is None else [option, value]
        return words

    @property
    def targets(self) -> list[Target]:
        """The files to write."""
        named = (("--report", self.report, REPORT_MARK), ("--json", self.figures, JSON_MARK))
        return [Target(option, file, mark) for option, file, mark in named if file is not None]


def replay_command(request: Request) -> bool:
    """Replay the files, or the shipped crash; return whether the books balanced. Raises ReplayFault and Stopped."""
    window = open_window(request.bars, request.start, request.end)
    written: list[Path] = []
    for target in request.targets:
        target.check([*request.bars, *written])
        written.append(target.file)
    with watched(window) as watch:
        outcome = run_replay(window, request.settings, watch)
        contents = [contents_of(target, outcome, request) for target in request.targets]
        watch.check(window.end)
    try:
        write_out(summary_text(outcome))
    finally:
        write_files(request, contents)
    return not outcome.closing.faults


def contents_of(target: Target, outcome: Outcome, request: Request) -> str:
    """Return what is to be written to a file."""
    if target.mark == JSON_MARK:
        return figures_text(outcome, request.again)
    from leverline.lab.report import report_page

    return report_page(outcome, request.again)


def write_files(request: Request, contents: list[str]) -> None:
    """Write the files and say so."""
    for target, text in zip(request.targets, contents, strict=True):
        target.write(text)
        write_out(f"  {target.option.strip('-'):<16}{target.file}\n")


def fund_value(text: str) -> int:
    """Return the insurance fund (10⁻⁸ USDT) that an option names. Raises ReplayFault."""
    if len(text) > FUND_DIGITS_MAX:
        raise ReplayFault(f"--fund: {shortened(text)} is beyond any supply")
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


def _shipped() -> dict[str, Series]:
    with as_file(files("leverline.lab").joinpath("data", SHIPPED)) as file:
        return read_bars([file])


def _moment(option: str, text: str | None) -> int | None:
    try:
        return None if text is None else parse_moment(text)
    except MomentError as fault:
        raise ReplayFault(f"{option}: {fault}") from fault
