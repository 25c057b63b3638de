"""An operator closes an asset for longs with borrowed funds, and opens it again (rule 13.8)."""

from leverline.engine.commands import RestrictAsset
from leverline.engine.core import Core
from leverline.rulebook.refusals import Refusal


def restrict_asset(core: Core, command: RestrictAsset) -> Refusal | None:
    """Restrict an asset or end its restriction; who holds it may go on holding and selling it."""
    if core.asset(command.asset) is None:
        return Refusal.UNKNOWN_ASSET
    restrictions = core.risk.restrictions
    if command.is_restricted == (command.asset in restrictions.long_closed):
        state = "closed for longs" if command.is_restricted else "open for longs"
        return core.refuse(Refusal.CHANGES_NOTHING, f"{command.asset} is {state} already")
    # From here on it must succeed.
    restrictions.restrict(command.asset, command.is_restricted)
    return None
