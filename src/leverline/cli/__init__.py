"""The `leverline` command."""

import click

from leverline import __version__
from leverline.build_info import is_compiled
from leverline.cli.case import case, explain
from leverline.cli.delistings import delistings
from leverline.cli.export import export, statement
from leverline.cli.history import history
from leverline.cli.journal import journal, verify
from leverline.cli.liquidation_answer import liquidation_answer
from leverline.cli.operator import operator
from leverline.cli.outbox import outbox
from leverline.cli.replay import replay
from leverline.cli.rules import rules
from leverline.cli.sandbox import sandbox
from leverline.cli.scenario import scenario
from leverline.cli.serve import serve


def version_line() -> str:
    """Return the version and whether the engine runs compiled or interpreted."""
    return f"leverline {__version__} ({'compiled' if is_compiled() else 'interpreted'})"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message=version_line())
def main() -> None:
    """Leverline, a self-hosted crypto margin trading venue."""


for command in (
    serve, sandbox, operator, verify, journal, history, outbox, export, statement, liquidation_answer, case, explain,
    replay, scenario, rules, delistings,
):  # fmt: skip
    main.add_command(command)
