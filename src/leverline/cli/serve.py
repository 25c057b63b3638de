"""`leverline serve`."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from leverline.cli.faults import Fault
from leverline.config import PORT_DEFAULT


@click.command(short_help="Run the venue.")
@click.option("--port", type=int, help=f"Port to listen on; 0 takes a free one. {PORT_DEFAULT} if not given.")
@click.option("--host", help="Address to listen on; loopback if not given.")
@click.option("--data", type=click.Path(file_okay=False), help="Data folder; leverline-data if not given.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the simulated market.")
@click.option("--market", help="simulated, replay:FILE or live: where the index comes from.")
@click.option("--mode", type=click.Choice(["sandbox", "production"]), help="sandbox if not given.")
@click.option("--rules", metavar="NAME", help="Rule set of the venue, of those that `leverline rules list` names.")
@click.option("--profile", type=click.Choice(["2026-11", "2025-06"]), help="Binance's interface as of; 2026-11.")
@click.option(
    "--database", metavar="URL", help="SQLAlchemy URL of users and history; SQLite in the data folder if not given."
)
@click.option("--log", type=click.Choice(["text", "json"]), help="How log lines look.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Settings as TOML.")
def serve(config: Path | None, seed: int | None, profile: str | None, **options: Any) -> None:
    """Run the venue: one process, until SIGTERM or Ctrl-C.

    Settings also come from LEVERLINE_… variables and the file; options win. Exit code 0: stopped cleanly. Exit code 2:
    settings, address or data folder that cannot be used, said in one line. Exit code 74: the journal could not be
    written. Exit code 70: a bug; nothing that was answered is lost by either.
    """
    from leverline.bootstrap import StartFault, run
    from leverline.cli.logs import set_up_logs
    from leverline.config import SettingsFault, load_settings

    file = config or (Path(os.environ["LEVERLINE_CONFIG"]) if "LEVERLINE_CONFIG" in os.environ else None)
    try:
        settings = load_settings(file, os.environ, {**options, "sandbox.seed": seed, "api.profile": profile})
        set_up_logs(settings.log)
        run(settings)
    except (SettingsFault, StartFault) as fault:
        raise Fault(str(fault)) from fault
    sys.exit(0)
