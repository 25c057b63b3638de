"""Liquidation loans: repaying, and giving up what nobody will pay (rule 16.5)."""

from leverline.engine.commands import RepayLiquidationLoan, WaiveLiquidationLoan
from leverline.engine.core import Core
from leverline.engine.handlers.funds import short_of_free
from leverline.kernel.decimals import format_plain
from leverline.margin.account import CLASSIC, User
from leverline.rulebook.refusals import Refusal


def repay_liquidation_loan(core: Core, command: RepayLiquidationLoan) -> Refusal | None:
    """Pay from the free spot balance into the fund, at most what is left. Suspension does not stop it."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if core.asset(command.asset) is None:
        return Refusal.UNKNOWN_ASSET
    refusal = core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    loans = core.liquidator.loans
    refusal = _beyond_loan(core, user, command.asset, command.amount)
    if refusal is not None:
        return refusal
    refusal = short_of_free(core, user.spot, command.asset, command.amount)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    loans.repay(user, command.amount, CLASSIC)
    return None


def waive_liquidation_loan(core: Core, command: WaiveLiquidationLoan) -> Refusal | None:
    """Give up `amount` of a user's loan, at most what is left: what he paid meanwhile cannot be given up."""
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    refusal = core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    loans = core.liquidator.loans
    refusal = _beyond_loan(core, user, loans.asset_of(user), command.amount)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    loans.waive(user, command.amount)
    return None


def _beyond_loan(core: Core, user: User, asset: str, amount: int) -> Refusal | None:
    """Refuse more than is left of a user's loan, of which nothing is left in any other asset."""
    loans = core.liquidator.loans
    left = loans.remaining(user) if loans.asset_of(user) == asset else 0
    if amount <= left:
        return None
    return core.refuse(Refusal.REPAY_EXCEEDS_LIABILITY, f"{format_plain(left)} {asset} is left of the liquidation loan")
