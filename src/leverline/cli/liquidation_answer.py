"""`leverline liquidation-answer`: what liquidates an account, from a data folder."""

import json
from pathlib import Path

import click

from leverline.cli.faults import Fault


@click.command("liquidation-answer", short_help="What liquidates an account: prices, moves, the hour.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("user", type=click.IntRange(1))
@click.option("--account", default="cross", show_default=True, metavar="cross|PAIR", help="The margin account.")
@click.option(
    "--moves",
    default="ALL:-1",
    show_default=True,
    metavar="ASSET:WEIGHT,...",
    help="Direction of prices; ALL is every asset not named.",
)
def liquidation_answer(folder: Path, user: int, account: str, moves: str) -> None:
    """Print what liquidates an account of USER, a user id, as the data folder DIR leaves it: JSON, prices in USDT.

    DIR is only read; a venue may run on it. The answers are exact, those of GET /account/v1/liquidation-answer.
    """
    from leverline.api.errors import WireError
    from leverline.api.own.liquidation_answer import direction, shown_answer
    from leverline.engine.liquidation_answer import answer_liquidation
    from leverline.journal.port import JournalFault
    from leverline.ledger.wallet import CROSS, ISOLATED
    from leverline.parameters import ParameterFault, parameters_of
    from leverline.venue.looking import engine_in
    from leverline.venue.reading import NothingThere
    from leverline.venue.recovery import RecoveryRefused

    try:
        weights, others = direction("moves", moves)
        core = engine_in(folder, parameters_of).core
    except WireError as error:
        raise Fault(f"--moves: {moves!r} is no direction like BTC:-1,ALL:-0.5") from error
    except (NothingThere, ParameterFault) as fault:
        raise Fault(str(fault)) from fault
    except (JournalFault, RecoveryRefused) as fault:
        raise click.ClickException(str(fault)) from fault
    unknown = sorted(set(weights) - set(core.board.assets))
    if unknown:
        raise Fault(f"--moves: there is no asset {', '.join(unknown)}")
    owner = core.users.get(user)
    found = None
    if owner is not None:
        found = owner.margin_account(*((CROSS, "") if account == "cross" else (ISOLATED, account)))
    if found is None:
        raise Fault(f"user {user} has no {account} account" if owner is not None else f"there is no user {user}")
    click.echo(json.dumps(shown_answer(answer_liquidation(core, found, weights, others)), indent=2))
