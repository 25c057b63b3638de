"""The `leverline` command."""

import sys
from pathlib import Path
from typing import Final

import click

from leverline import __version__
from leverline.build_info import is_compiled

INTERRUPTED: Final = 130
"""Exit code of a command that SIGINT ended."""


def version_line() -> str:
    """Return the version and whether the engine runs compiled or interpreted."""
    return f"leverline {__version__} ({'compiled' if is_compiled() else 'interpreted'})"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message=version_line())
def main() -> None:
    """Leverline, a self-hosted crypto margin trading venue."""


class Fault(click.ClickException):
    """Input that cannot be worked with: one line, exit code 2."""

    exit_code = 2


@main.command(short_help="Replay a crash through a venue of margin accounts.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--accounts", default=2_000, show_default=True, type=click.IntRange(0, 10**6), help="Margin accounts.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed gives the same state hash."
)
@click.option("--from", "start", metavar="TIME", help="First bar, UTC; the data's first if not given.")
@click.option("--to", "end", metavar="TIME", help="End of the window, UTC; the data's end if not given.")
@click.option(
    "--fund", default="2000000", show_default=True, metavar="USDT", help="Insurance fund at the start, in USDT."
)
@click.option("--report", metavar="HTML", type=click.Path(path_type=Path), help="Write a page with plots to this file.")
@click.option("--json", "figures", metavar="JSON", type=click.Path(path_type=Path), help="Write the figures to it.")
def replay(
    files: tuple[Path, ...], accounts: int, seed: int, start: str | None, end: str | None, fund: str,
    report: Path | None, figures: Path | None,
) -> None:  # fmt: skip
    """Replay price bars through a venue of margin accounts, and tell what became of them.

    Each FILE is csv or csv.gz with the header symbol,open_time,open,high,low,close,volume; prices in USDT. Without a
    FILE the shipped crash of 10 October 2025 is replayed. Exit code 2: a file or an option that cannot be used, said in
    one line. Exit code 1: the ledger does not balance. Exit code 130 or 143: stopped by SIGINT or SIGTERM.
    """
    from leverline.lab.command import Request, fund_value, replay_command
    from leverline.lab.faults import ReplayFault
    from leverline.lab.replay import Settings
    from leverline.lab.watch import Stopped

    try:
        settings = Settings(accounts, seed, fund_value(fund))
        is_sound = replay_command(Request(list(files), settings, start, end, report, figures))
    except ReplayFault as fault:
        raise Fault(str(fault)) from fault
    except Stopped as stopped:
        click.echo(str(stopped), err=True)
        sys.exit(stopped.exit_code)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(0 if is_sound else 1)


@main.command(short_help="Check a data folder by running its journal again.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def verify(folder: Path) -> None:
    """Run the journal of the data folder DIR again, and compare every checksum and every snapshot's state hash.

    DIR is only read; a venue may run on it. Exit code 0: all is as it should be. Exit code 1: something is not, a line
    each. Exit code 2: DIR cannot be checked, said in one line.
    """
    from leverline.journal.port import ForeignJournal, JournalFault
    from leverline.parameters import ParameterFault, load_parameters
    from leverline.venue.reading import NothingThere
    from leverline.venue.verify import verify_folder

    try:
        findings = verify_folder(folder, lambda rules, mode: load_parameters(rules, sandbox=mode != "production"))
    except (NothingThere, ForeignJournal, ParameterFault) as fault:
        raise Fault(str(fault)) from fault
    except JournalFault as fault:
        raise click.ClickException(str(fault)) from fault
    for line in findings.checked:
        click.echo(f"ok     {line}")
    for line in findings.faults:
        click.echo(f"FAULT  {line}")
    sys.exit(1 if findings.faults else 0)


@main.command(short_help="Print the commands of a data folder's journal.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--from", "first", type=click.IntRange(1), metavar="N", help="First command; the oldest if not given.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="So many commands at most.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line.")
def journal(folder: Path, first: int | None, limit: int | None, is_json: bool) -> None:
    """Print the commands in the data folder DIR: number, UTC time, command, amounts as decimals.

    DIR is only read; a venue may run on it. Exit code 1: the journal is damaged, after the commands before the damage,
    or begins only later. Exit code 2: DIR holds no journal.
    """
    from leverline.engine.codec import CommandFault
    from leverline.journal.port import JournalFault
    from leverline.venue.listing import journal_lines
    from leverline.venue.reading import NothingThere

    try:
        for line in journal_lines(folder, first, limit, is_json):
            click.echo(line)
    except NothingThere as fault:
        raise Fault(str(fault)) from fault
    except (JournalFault, CommandFault) as fault:
        raise click.ClickException(str(fault)) from fault
