"""A change of parameters takes effect: the figures, then all that was derived from them, then every account anew."""

from leverline.engine.core import Core
from leverline.engine.events import ParameterChangeFailed, ParametersChanged
from leverline.engine.parameter_desk import FAILED, ParameterChange
from leverline.margin.account import MarginAccount
from leverline.rulebook.whole_set import set_fault


def apply_due(core: Core) -> None:
    """Let the changes take effect whose time has come.

    At one time they come before everything else (rule 1.5): the hour that begins then is charged by the new figures.
    """
    for change in core.changes.take_due(core.log.time):
        take_effect(core, change)


def take_effect(core: Core, change: ParameterChange) -> None:
    """Change the figures and value every indebted account again at the next settlement.

    The set was sound with it when it was scheduled; a change withdrawn since may have been its ground. Then it fails
    as a whole, and nothing is changed.
    """
    done = core.changes.apply(change)
    fault = set_fault(core.parameters)
    if fault:
        core.changes.take_back(done)
        core.changes.known[change.change_id] = FAILED
        core.log.emit(ParameterChangeFailed(change.change_id, fault))
        return
    core.changes.settle(change)
    core.log.emit(ParametersChanged(change.change_id, done))
    renew_derived(core)
    for user in core.users.values():
        core.set_vip(user, user.vip_level)
    for asset in core.board.renew(core.log.time):
        core.risk.moved(asset)
    for wallet in core.ledger.wallets:
        if isinstance(wallet, MarginAccount) and wallet.debts and not wallet.is_locked:
            core.ledger.touch(wallet)


def renew_derived(core: Core) -> None:
    """Derive again what the parts keep of the parameters beside their state: bands, rates by VIP level, reminders."""
    parameters = core.parameters
    for pair in core.exchange.pairs.values():
        pair.guard.renew(parameters.trading.narrow_band)
    core.desk.renew_discounts([level.interest_discount for level in parameters.vip_levels])
    core.liquidator.unwinding.depth_share.share = parameters.liquidation.unwind_depth_share
    core.risk.reminders.renew(parameters.notices.margin_call_interval)
    core.risk.concentration.renew(core.log.time)
