"""`leverline verify` and `leverline journal`."""

import sys
from pathlib import Path

import click

from leverline.cli.faults import Fault


@click.command(short_help="Check a data folder by running its journal again.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def verify(folder: Path) -> None:
    """Run the journal of the data folder DIR again, and compare every checksum and every snapshot's state hash.

    DIR is only read; a venue may run on it. Exit code 0: all is as it should be. Exit code 1: something is not, a line
    each. Exit code 2: DIR cannot be checked, said in one line.
    """
    from leverline.journal.port import ForeignJournal, JournalFault
    from leverline.parameters import ParameterFault, parameters_of
    from leverline.venue.reading import NothingThere
    from leverline.venue.verify import verify_folder

    try:
        findings = verify_folder(folder, parameters_of)
    except (NothingThere, ForeignJournal, ParameterFault) as fault:
        raise Fault(str(fault)) from fault
    except JournalFault as fault:
        raise click.ClickException(str(fault)) from fault
    for line in findings.checked:
        click.echo(f"ok     {line}")
    for line in findings.faults:
        click.echo(f"FAULT  {line}")
    sys.exit(1 if findings.faults else 0)


@click.command(short_help="Print the commands of a data folder's journal.")
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
