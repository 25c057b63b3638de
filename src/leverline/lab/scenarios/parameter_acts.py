"""The acts of a scenario that change figures of the rule set (rule 1.6)."""

from leverline.engine.commands import ChangeParameters, WithdrawParameterChange
from leverline.inprocess.words import span_of
from leverline.lab.scenarios.records import ParameterChange
from leverline.lab.scenarios.stage import Stage
from leverline.rulebook.parameter_decimals import core_value
from leverline.rulebook.parameter_paths import figure_of


def change(stage: Stage, words: ParameterChange) -> None:
    """Announce changed figures, or let them hold at once. Raises CommandRefused, and ValueError for no such value."""
    values = [(path, _figure(path, value)) for path, value in words.figures.items()]
    time = stage.venue.time + span_of(words.after) if words.after else 0
    stage.venue.send(ChangeParameters(words.id, values, time))


def withdraw_change(stage: Stage, change_id: str) -> None:
    """Withdraw a change before its time. Raises CommandRefused."""
    stage.venue.send(WithdrawParameterChange(change_id))


def _figure(path: str, value: str | list[list[str]]) -> str:
    figure = figure_of(path)
    return str(value) if figure is None else core_value(figure, value)
