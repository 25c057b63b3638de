"""`leverline replay`."""

import sys
from pathlib import Path

import click

from leverline.cli.faults import INTERRUPTED, Fault


@click.command(short_help="Replay a crash through a venue of margin accounts.")
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
