"""`leverline scenario`: stories of a few accounts, carried out in a venue in memory."""

import sys
from pathlib import Path

import click

from leverline.cli.faults import Fault


@click.command(short_help="Carry out scenario files: given accounts and prices, when, then.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def scenario(files: tuple[Path, ...]) -> None:
    """Carry out each scenario FILE, a YAML file or a folder of them, in a venue of its own in memory.

    After every command the ledger must balance and the fund's ledger sum to what it holds; no liquidation step may
    lower a margin level; the same commands and the snapshot must give the same state. Exit code 1: something does not
    hold, named by file and line. Exit code 2: a file with an error, named likewise.
    """
    from leverline.lab.scenarios.faults import ScenarioFault
    from leverline.lab.scenarios.runner import run_scenario

    failed, faulty, paths = 0, 0, _files(files)
    for path in paths:
        try:
            outcome = run_scenario(path)
        except ScenarioFault as fault:
            click.echo(f"Error: {fault}", err=True)
            faulty += 1
            continue
        click.echo(f"{'FAILED' if outcome.failures else 'ok    '} {path.stem}: {outcome.file.scenario.scenario}")
        for failure in outcome.failures:
            click.echo(f"       {failure}", err=True)
        failed += bool(outcome.failures)
    click.echo(f"{len(paths) - failed - faulty} of {len(paths)} scenarios hold")
    sys.exit(2 if faulty else 1 if failed else 0)


def _files(given: tuple[Path, ...]) -> list[Path]:
    """Return the files named, and those of the folders named, by name."""
    found: list[Path] = []
    for path in given:
        inner = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        if not inner:
            raise Fault(f"{path}: no *.yaml file in this folder")
        found += inner
    return found
