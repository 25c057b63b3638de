"""What history notes of operators."""

import json

from tests.history.world import Told

from leverline.engine import operator_commands
from leverline.engine.command import Command
from leverline.engine.commands import ExcludeSource, GrantPermission, ResumeTrading, StopTrading, TakeOverAccount
from leverline.history.operations import OPERATIONS, PUBLIC
from leverline.ledger.wallet import CROSS


def test_every_command_of_operators_is_an_operation() -> None:
    """Each class of `operator_commands` and the grant of a permission, and nothing else."""
    found = {
        each
        for each in vars(operator_commands).values()
        if isinstance(each, type) and issubclass(each, Command) and each is not Command
    }
    assert found
    assert found | {GrantPermission} == OPERATIONS


def test_stops_sources_and_takeovers_are_noted_refused_or_not(world: Told) -> None:
    """Trading is stopped and resumed, then once too often; a takeover names its user, an exclusion its source."""
    nobody = 10_001
    acts: list[Command] = [StopTrading(), ResumeTrading(), ResumeTrading(), TakeOverAccount(nobody, CROSS)]
    for command in [*acts, ExcludeSource("x", "BTC")]:
        world.attempt(command)
    noted = list(world.known.operations.log.of(PUBLIC))[:5][::-1]
    assert [each.command for each in noted] == [
        "StopTrading", "ResumeTrading", "ResumeTrading", "TakeOverAccount", "ExcludeSource",
    ]  # fmt: skip
    assert [each.refusal for each in noted] == ["", "", "CHANGES_NOTHING", "UNKNOWN_USER", ""]
    assert [each.user_id for each in noted] == [0, 0, 0, nobody, 0]
    assert json.loads(noted[4].details) == {"source": "x", "asset": "BTC"}
