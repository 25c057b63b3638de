"""Closing one position of a cross account, whole or not at all (rule 13.5)."""

from leverline.engine.commands import ClosePosition
from leverline.engine.core import Core
from leverline.engine.handlers.cancels import end_order
from leverline.engine.handlers.closing import standing_refusal, trade
from leverline.ledger.wallet import CROSS
from leverline.liquidation.position_closing import PositionPlan, PositionPlanner
from leverline.margin.account import MarginAccount
from leverline.market.asset import Asset
from leverline.market.terms import AUTO_REPAY, CAUSE_USER, NO_SIDE_EFFECT, REDUCE_ONLY
from leverline.rulebook.refusals import Refusal


def close_position(core: Core, command: ClosePosition) -> Refusal | None:
    """Cancel the orders in an asset, set off its debt, and trade the rest against the settlement asset."""
    refusal = standing_refusal(core, command.user_id, CROSS, "", True)
    if refusal == Refusal.UNKNOWN_USER or refusal == Refusal.USER_SUSPENDED:
        return refusal
    for symbol in (command.asset, command.settlement):
        if core.asset(symbol) is None:
            return Refusal.UNKNOWN_ASSET
    if refusal is not None:
        return refusal
    if command.asset == command.settlement:
        return core.refuse(Refusal.NOT_VALID_MARGIN_ASSET, f"{command.asset} cannot be settled in itself")
    account = core.users[command.user_id].cross
    assert account is not None
    asset, settlement = core.board.assets[command.asset], core.board.assets[command.settlement]
    planner = PositionPlanner(
        account, asset, settlement, core.liquidator.planner.paths, core.small_debts.judge, core.parameters.controls
    )
    plan = planner.make()
    if plan.refusal is not None:
        return core.refuse(plan.refusal, plan.detail)
    refusal = _limit_refusal(core, account, asset, settlement, plan)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    _carry_out(core, account, asset, plan)
    return None


def _limit_refusal(
    core: Core, account: MarginAccount, asset: Asset, settlement: Asset, plan: PositionPlan
) -> Refusal | None:
    """Hold what a closing does to the settlement asset, and the pairs it trades in, against the limits of orders."""
    checks = core.risk.orders
    if plan.is_long:
        given = [(asset, -plan.matched - plan.given, -plan.matched)]
        refusal = checks.receipt_refusal(account, settlement, plan.received, given, plan.cancelled)
    else:
        refusal = checks.payment_refusal(account, settlement, plan.given, plan.cancelled)
    if refusal is not None:
        way = "into" if plan.is_long else "out of"
        return core.refuse(refusal, f"{asset.symbol} may not be closed {way} {settlement.symbol} now")
    return _reduce_only_refusal(core, account, asset, plan)


def _reduce_only_refusal(core: Core, account: MarginAccount, asset: Asset, plan: PositionPlan) -> Refusal | None:
    """Refuse a trade in a reduce-only pair that repays nothing, while debts are left (rule 9.3)."""
    debts = account.debts
    if plan.is_long and account.owed(asset.symbol) > 0:
        debts -= 1
    if debts == 0:
        return None
    last = len(plan.orders) - 1
    for position, planned in enumerate(plan.orders):
        is_repaying = position == last and account.owed(planned.leg.want) > 0
        if planned.leg.pair.status == REDUCE_ONLY and not is_repaying:
            return core.refuse(Refusal.PAIR_HALTED, f"{planned.leg.pair.symbol} takes only orders that repay a debt")
    return None


def _carry_out(core: Core, account: MarginAccount, asset: Asset, plan: PositionPlan) -> None:
    """Free what orders hold, repay from what is held, then trade; the last fill repays what it receives."""
    for order in plan.cancelled:
        if order.is_open:
            end_order(core, order, CAUSE_USER)
    holding = account.holding(asset.symbol)
    matched = min(holding.free, holding.debt)
    if matched:
        core.desk.repay(account, asset.symbol, matched, False)
    last = len(plan.orders) - 1
    for position, planned in enumerate(plan.orders):
        trade(core, account, planned, AUTO_REPAY if position == last else NO_SIDE_EFFECT)
