"""Who would be called or liquidated by a change of parameters: the judge asked under the changed figures, at present
prices, and the figures taken back. Nothing else is touched, so that the state is the same before and after.
"""

from leverline.engine.core import Core
from leverline.engine.dry_run import Change, differences, standings
from leverline.engine.handlers.parameters import values_refusal
from leverline.engine.parameter_desk import ParameterChange
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
    """Return what changing these figures would do now, alone.

    Index prices stay as they are: what a change of the index's own rules does to them later is not foreseen.
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
    done = core.changes.apply(change)
    _set_fees(core)
    after = standings(core)
    core.changes.take_back(done)
    _set_fees(core)
    found = DryRun(None, "", done)
    found.accounts = len(after)
    found.changes = differences(before, after)
    return found


def _set_fees(core: Core) -> None:
    """Give every user the fees of his level: they are in what the open orders of a Pro account lose (rule 6.2)."""
    for user in core.users.values():
        core.set_vip(user, user.vip_level)
