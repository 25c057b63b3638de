"""`leverline rules`: rule sets, and what a switch between them would do."""

import json
from pathlib import Path

import click

from leverline.cli.faults import Fault


@click.group(short_help="Rule sets: which there are, and a dry run of a switch.")
def rules() -> None:
    """Look at rule sets."""


@rules.command("list", short_help="Name the rule sets.")
def list_sets() -> None:
    """Print the names of the rule sets, oldest first."""
    from leverline.parameters import rule_sets

    for name in rule_sets():
        click.echo(name)


@rules.command("dry-run", short_help="Whom another rule set would call, liquidate or free.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--to", "name", required=True, metavar="RULES", help="The other rule set.")
@click.option("--limit", type=click.IntRange(0), default=1_000, show_default=True, help="Accounts that are listed.")
def dry_run(folder: Path, name: str, limit: int) -> None:
    """Print how the accounts of the data folder DIR would stand under the rule set RULES: JSON, largest debts first.

    DIR is only read; a venue may run on it. Pro accounts are judged as Classic where the other set has no Pro. Nothing
    switches a folder: it belongs to the rule set that it was begun with.
    """
    from leverline.api.own.operator_rules import switch_document
    from leverline.engine.rule_switch import catalogue_fault, switch_answer
    from leverline.journal.port import JournalFault
    from leverline.parameters import ParameterFault, parameters_of
    from leverline.venue.looking import VenueFolder, engine_in
    from leverline.venue.reading import NothingThere
    from leverline.venue.recovery import RecoveryRefused

    try:
        mode = VenueFolder(folder, parameters_of).mode
        core = engine_in(folder, parameters_of).core
        other = parameters_of(name, mode)
    except (NothingThere, ParameterFault) as fault:
        raise Fault(str(fault)) from fault
    except (JournalFault, RecoveryRefused) as fault:
        raise click.ClickException(str(fault)) from fault
    lacking = catalogue_fault(core, other)
    if lacking:
        raise Fault(lacking)
    click.echo(
        json.dumps(switch_document(core.parameters.rule_set, name, switch_answer(core, other), 0, limit), indent=2)
    )
