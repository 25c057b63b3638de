"""Operator commands that change the parameters of the running venue."""

from typing import Final

from leverline.engine.commands import ChangeParameters, WithdrawParameterChange
from leverline.engine.core import Core
from leverline.engine.events import ParameterChangeWithdrawn, ParametersScheduled
from leverline.engine.parameter_changes import take_effect
from leverline.engine.parameter_desk import SCHEDULED, WITHDRAWN, ParameterChange
from leverline.kernel.decimals import shown
from leverline.kernel.time import DAY
from leverline.rulebook.parameter_values import is_known, value_fault
from leverline.rulebook.refusals import Refusal

CHANGES_MAX: Final = 5_000
ID_LENGTH_MAX: Final = 64
AHEAD_MAX: Final = 400 * DAY
"""No change waits longer."""


def change_parameters(core: Core, command: ChangeParameters) -> Refusal | None:
    """Schedule a change, or let it take effect at once when its time is 0; all of it or nothing."""
    refusal = form_refusal(core, command) or _time_refusal(core, command.effective_time)
    if refusal is not None:
        return refusal
    is_now = command.effective_time == 0
    change = ParameterChange(
        command.change_id, core.log.time if is_now else command.effective_time, list(command.changes)
    )
    fault = core.changes.fault_with(change)
    if fault:
        return core.refuse(Refusal.PARAMETERS_UNSOUND, fault)
    # From here on it must succeed.
    if is_now:
        take_effect(core, change)
    else:
        core.changes.schedule(change)
        core.log.emit(ParametersScheduled(change.change_id, change.effective_time, change.values))
    return None


def form_refusal(core: Core, command: ChangeParameters) -> Refusal | None:
    """Refuse a change whose id cannot be or is known, or whose figures cannot be changed so."""
    change_id = command.change_id
    if not 0 < len(change_id) <= ID_LENGTH_MAX or not change_id.isascii() or not change_id.isprintable():
        return core.refuse(Refusal.MALFORMED, f"a change's id is of 1 to {ID_LENGTH_MAX} ASCII characters")
    refusal = _list_refusal(core, command.changes)
    if refusal is not None:
        return refusal
    if change_id in core.changes.known:
        return core.refuse(Refusal.CHANGE_EXISTS, f"change {change_id} is known")
    return values_refusal(core, command.changes)


def values_refusal(core: Core, values: list[tuple[str, str]]) -> Refusal | None:
    """Refuse figures that cannot be changed so, each looked at by itself."""
    refusal = _list_refusal(core, values)
    if refusal is not None:
        return refusal
    for path, _ in values:
        if not is_known(core.parameters, path):
            return core.refuse(Refusal.PARAMETER_UNKNOWN, f"no figure {path[:80]!r} may be changed")
    for path, value in values:
        fault = value_fault(core.parameters, path, value)
        if fault:
            return core.refuse(Refusal.PARAMETER_MALFORMED, fault)
    return None


def _list_refusal(core: Core, values: list[tuple[str, str]]) -> Refusal | None:
    """Refuse no figures, too many, or one that is named twice."""
    if not 0 < len(values) <= CHANGES_MAX:
        return core.refuse(Refusal.MALFORMED, f"a change has 1 to {CHANGES_MAX} figures, not {len(values)}")
    if len({path for path, _ in values}) != len(values):
        return core.refuse(Refusal.MALFORMED, "a figure is named twice")
    return None


def _time_refusal(core: Core, effective_time: int) -> Refusal | None:
    """Refuse a time that is neither 0, for at once, nor ahead."""
    now = core.log.time
    if effective_time == 0 or now < effective_time <= now + AHEAD_MAX:
        return None
    return core.refuse(
        Refusal.CHANGE_TIME, f"time {shown(effective_time)} is not after the venue's {now} and within 400 days"
    )


def withdraw_parameter_change(core: Core, command: WithdrawParameterChange) -> Refusal | None:
    """Let a change that waits never take effect; of one that is withdrawn already there is nothing left to do."""
    if core.changes.known.get(command.change_id) == WITHDRAWN:
        return None
    if core.changes.known.get(command.change_id) != SCHEDULED:
        return core.refuse(Refusal.UNKNOWN_CHANGE, f"no change {command.change_id[:ID_LENGTH_MAX]!r} waits")
    # From here on it must succeed.
    core.changes.withdraw(command.change_id)
    core.log.emit(ParameterChangeWithdrawn(command.change_id))
    return None
