"""`leverline operator`: who runs the venue, decided at its machine; and what they do, from anywhere."""

import asyncio
import os
from pathlib import Path

import click

from leverline.cli.faults import Fault
from leverline.cli.operate import COMMANDS


@click.group(short_help="Appoint those who run the venue; do and see what they may.")
def operator() -> None:
    """Appoint an operator of a venue that is stopped, or sign in as one at a running venue and do one thing there."""


for each in COMMANDS:
    operator.add_command(each)


@operator.command()
@click.argument("mail")
@click.argument("role", type=click.Choice(["SUPPORT", "RISK", "ADMIN"]))
@click.option("--data", type=click.Path(file_okay=False), help="Data folder; leverline-data if not given.")
@click.option(
    "--database", metavar="URL", help="SQLAlchemy URL for users and keys; SQLite in the data folder if not given."
)
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Settings as TOML.")
def appoint(mail: str, role: str, config: Path | None, **options: str | None) -> None:
    """Give the user of MAIL, who has registered and confirmed it, the ROLE of an operator.

    Exit code 2: the folder is in use by a running venue or is none, or the mail has no user.
    """
    from leverline.config import SettingsFault, load_settings
    from leverline.identity.appointing import appoint_at_machine
    from leverline.identity.faults import IdentityFault, IdentityStartFault
    from leverline.identity.operators import Role
    from leverline.journal.folder import DataFolder, FolderFault

    try:
        settings = load_settings(config, os.environ, options)
        path = Path(settings.data)
        if not path.is_dir():
            raise Fault(f"{path} is no data folder: run the venue once and register there")
        with DataFolder(path):
            url = settings.database or f"sqlite:///{path / 'identity.sqlite'}"
            user_id = asyncio.run(appoint_at_machine(url, mail, Role(role)))
    except (SettingsFault, FolderFault, IdentityStartFault) as fault:
        raise Fault(str(fault)) from fault
    except IdentityFault as fault:
        raise Fault(fault.words) from fault
    click.echo(f"user {user_id} is {role}")
