"""Who would be called or liquidated by a change of parameters: it takes effect in a copy of the venue, at present
prices, and the judge is asked before and after.
"""

from leverline.engine.core import Core
from leverline.engine.dry_run import Change, differences, standings
from leverline.engine.handlers.parameters import values_refusal
from leverline.engine.parameter_changes import take_effect
from leverline.engine.parameter_desk import ParameterChange
from leverline.rulebook.parameter_values import value_at
from leverline.rulebook.refusals import Refusal


class DryRun:
    """What a change would do if it took effect now."""

    def __init__(self, refusal: Refusal | None, detail: str, values: list[tuple[str, str, str]]) -> None:
        self.refusal: Refusal | None = refusal
        """Why the change could not be made, or None."""
        self.detail: str = detail
        """Words for the refusal."""
        self.values: list[tuple[str, str, str]] = values
        """(path, old, new)."""
        self.accounts: int = 0
        """Indebted accounts that were judged."""
        self.changes: list[Change] = []


def dry_run(core: Core, values: list[tuple[str, str]]) -> DryRun:
    """Return what changing these figures would do now, alone. `core` is a copy, in which they then hold.

    Sources and prices stay as they are, but an index that needs more of them is stale, and a stale one has its best
    case by the new haircut. What changed rules of the index do to later prices is not foreseen.
    """
    core.begin()
    refusal = values_refusal(core, values)
    change = ParameterChange("", core.log.time, values)
    if refusal is None:
        fault = core.changes.fault_alone(change)
        refusal = core.refuse(Refusal.PARAMETERS_UNSOUND, fault) if fault else None
    if refusal is not None:
        return DryRun(refusal, core.detail, [])
    before = standings(core)
    done = [(path, value_at(core.parameters, path), value) for path, value in values]
    take_effect(core, change)
    found = DryRun(None, "", done)
    after = standings(core)
    found.accounts = len(after)
    found.changes = differences(before, after)
    return found
