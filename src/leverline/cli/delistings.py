"""`leverline delistings`: what is on its way out, from a data folder."""

from datetime import UTC, datetime
from pathlib import Path

import click

from leverline.cli.faults import Fault


@click.command("delistings", short_help="What is delisted, and when.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def delistings(folder: Path) -> None:
    """Print the delistings of the data folder DIR, a line each: name, state, times, accounts still to be settled.

    DIR is only read; a venue may run on it. They are announced and withdrawn at /operator/v1.
    """
    from leverline.journal.port import JournalFault
    from leverline.liquidation.delisting import COMING, GONE, REMOVING
    from leverline.parameters import ParameterFault, parameters_of
    from leverline.venue.looking import engine_in
    from leverline.venue.reading import NothingThere
    from leverline.venue.recovery import RecoveryRefused

    try:
        desk = engine_in(folder, parameters_of).core.delistings
    except (NothingThere, ParameterFault) as fault:
        raise Fault(str(fault)) from fault
    except (JournalFault, RecoveryRefused) as fault:
        raise click.ClickException(str(fault)) from fault
    states = {COMING: "coming", REMOVING: "being removed", GONE: "gone"}
    for each in desk.delistings.values():
        accounts = 0 if each.state == GONE else len(desk.concerned(each))
        click.echo(
            f"{each.name}  {states[each.state]}  no loans from {time_text(each.borrow_stop)}, no transfers in from "
            f"{time_text(each.transfer_stop)}, removal {time_text(each.removal)}; {accounts} accounts"
        )
    if not desk.delistings:
        click.echo("nothing is delisted")


def time_text(time: int) -> str:
    """Return a venue time as text."""
    return datetime.fromtimestamp(time / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
