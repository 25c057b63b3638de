"""How the command line says that something cannot be done."""

from typing import Final

import click

INTERRUPTED: Final = 130
"""Exit code of a command that SIGINT ended."""


class Fault(click.ClickException):
    """Input that cannot be worked with: one line, exit code 2."""

    exit_code = 2
