"""What an operator does in a scenario: pauses, takeover by hand, the stop of trading, excluded index sources."""

from typing import Final

from leverline.engine import commands
from leverline.engine.commands import Command
from leverline.inprocess.words import wallet_named
from leverline.lab.scenarios.faults import CannotBe
from leverline.lab.scenarios.records import OperatorAct
from leverline.lab.scenarios.stage import Stage
from leverline.margin.account import MODE_NAMES

_PRODUCTS: Final = {"all": 0} | {name: mode for mode, name in MODE_NAMES.items()}


def operate(stage: Stage, act: OperatorAct) -> None:
    """Send what an operator does. Raises CannotBe unless it is one act."""
    found = [*_liquidation(stage, act), *_market(act)]
    if len(found) != 1:
        raise CannotBe(f"an operator does one thing in a step, not {len(found)}")
    stage.venue.send(found[0])


def _liquidation(stage: Stage, act: OperatorAct) -> list[Command]:
    """Return what is done to liquidation."""
    found: list[Command] = []
    if act.pause is not None:
        found.append(commands.PauseLiquidation(_PRODUCTS[act.pause]))
    if act.resume is not None:
        found.append(commands.ResumeLiquidation(_PRODUCTS[act.resume]))
    if act.take_over is not None:
        face, account = stage.account(act.take_over)
        found.append(commands.TakeOverAccount(face.user_id, *wallet_named(account)))
    return found


def _market(act: OperatorAct) -> list[Command]:
    """Return what is done to the market and its index."""
    found: list[Command] = []
    if act.trading is not None:
        found.append(commands.StopTrading() if act.trading == "stop" else commands.ResumeTrading())
    if act.exclude is not None:
        found.append(commands.ExcludeSource(act.exclude.name, act.exclude.asset))
    if act.include is not None:
        found.append(commands.IncludeSource(act.include.name, act.include.asset))
    return found
