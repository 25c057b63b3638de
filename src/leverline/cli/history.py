"""`leverline history`: the database of the past."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from leverline.cli.faults import Fault

PLACE: tuple[Callable[[Any], Any], ...] = (
    click.option("--data", type=click.Path(file_okay=False), help="Data folder; leverline-data if not given."),
    click.option("--database", metavar="URL", help="SQLAlchemy URL; SQLite in the data folder if not given."),
    click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Settings as TOML."),
)
"""Options that say which venue is meant."""


def placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which venue is meant."""
    for option in reversed(PLACE):
        command = option(command)
    return command


@click.group(short_help="Look after the database of the past.")
def history() -> None:
    """Look after the database of the past: orders, fills, loans, interest, capital flow, candles and more, in SQL."""


@history.command()
@placed
def status(config: Path | None, **options: str | None) -> None:
    """Say how far the database reaches, and since when nothing is missing. A venue may run on it.

    Exit code 2: there is no such database.
    """
    from leverline.cli.history_work import status_lines

    with said(config, options) as settings:
        for line in status_lines(settings):
            click.echo(line)


@history.command()
@placed
@click.option("--replace", "is_replacing", is_flag=True, help="Empty the tables first, whosever history is in them.")
def rebuild(config: Path | None, is_replacing: bool, **options: str | None) -> None:
    """Write the history anew by running the journal again, from its beginning or the oldest snapshot that is kept.

    The venue must be stopped. Rows from before that snapshot stay as they are, unless they are replaced; what the
    snapshot itself knows is added. Exit code 2: a folder in use, a database or a journal that cannot be used.
    """
    from leverline.cli.history_work import rebuild_history

    with said(config, options) as settings:
        for line in rebuild_history(settings, is_replacing):
            click.echo(line)


class said:  # noqa: N801 - reads as a statement
    """Settings for a while in which faults are said in one line."""

    def __init__(self, config: Path | None, options: dict[str, str | None]) -> None:
        self.config = config
        self.options = options

    def __enter__(self) -> Any:
        """Return the settings."""
        from leverline.config import SettingsFault, load_settings

        try:
            return load_settings(self.config, os.environ, self.options)
        except SettingsFault as fault:
            raise Fault(str(fault)) from fault

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        """Say what cannot be done."""
        from leverline.bootstrap import FAULTS, StartFault

        if isinstance(fault, (*FAULTS, StartFault)):
            raise Fault(str(fault)) from fault
