"""Cooling-off: a user bars himself from new loans and more leverage for a time (rule 13.4)."""

from leverline.engine.commands import CoolOff
from leverline.engine.core import Core
from leverline.engine.events import CoolingOffBegun
from leverline.kernel.decimals import shown
from leverline.margin.account import User
from leverline.rulebook.cooling_off import is_term_offered
from leverline.rulebook.refusals import Refusal


def cool_off(core: Core, command: CoolOff) -> Refusal | None:
    """Begin a cooling-off, or make one longer. Suspension does not stop it."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    rules = core.parameters.cooling_off
    if not is_term_offered(command.term, rules):
        words = f"a term of {shown(command.term)} is not one of {rules.term_min} to {rules.term_max} microseconds"
        return core.refuse(Refusal.COOLING_OFF_TERM, words)
    until = core.log.time + command.term
    if until < user.cooling_until:
        return core.refuse(Refusal.COOLING_OFF_BINDING, f"user {user.user_id} cools off until {user.cooling_until}")
    # From here on it must succeed.
    user.cooling_until = until
    core.log.emit(CoolingOffBegun(user.user_id, user.cooling_until))
    return None


def cooling_refusal(core: Core, user: User) -> Refusal | None:
    """Refuse what a user who cools off, or a member of his family who does, has barred himself from."""
    until = core.risk.valuer.families.cooling_until(user)
    if core.log.time < until:
        return core.refuse(Refusal.COOLING_OFF, f"user {user.user_id} cools off until {until}")
    return None
