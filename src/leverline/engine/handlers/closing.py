"""Closing a margin account: one command that ends all its debts, or refuses and changes nothing (rule 13.5)."""

from leverline.engine.commands import CloseAccount
from leverline.engine.core import Core
from leverline.engine.handlers.cancels import end_order
from leverline.kernel.decimals import shown
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.liquidation.closing import ClosingPlan, ClosingPlanner
from leverline.liquidation.orders import PlannedOrder
from leverline.margin.account import MarginAccount
from leverline.market.terms import AUTO_REPAY, CAUSE_USER, EXPIRE_MAKER, IOC
from leverline.rulebook.refusals import Refusal


def close_account(core: Core, command: CloseAccount) -> Refusal | None:
    """Cancel the account's orders, set off what it holds against what it owes, trade for the rest, and repay."""
    refusal = _standing_refusal(core, command)
    if refusal is not None:
        return refusal
    account = core.users[command.user_id].margin_account(command.kind, command.pair)
    assert account is not None
    if account.debts == 0:
        return core.refuse(Refusal.REPAY_EXCEEDS_LIABILITY, f"account {account.wallet_id} owes nothing")
    plan = ClosingPlanner(account, core.board, core.liquidator.planner.paths).plan()
    if plan.refusal is not None:
        return core.refuse(plan.refusal, plan.detail)
    # From here on it must succeed.
    _carry_out(core, account, plan)
    assert account.debts == 0, account.wallet_id
    return None


def _standing_refusal(core: Core, command: CloseAccount) -> Refusal | None:
    """Check kind, user, pair and account, in order of precedence."""
    if command.kind not in (CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, f"kind {shown(command.kind)} is no margin account")
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user.user_id} is suspended")
    if command.kind == ISOLATED and core.pair(command.pair) is None:
        return Refusal.UNKNOWN_PAIR
    return core.margin_refusal(user.margin_account(command.kind, command.pair))


def _carry_out(core: Core, account: MarginAccount, plan: ClosingPlan) -> None:
    """Free what orders hold, repay from what is held, then trade; each fill repays what it receives."""
    for order in list(account.orders.values()):
        if order.is_open:
            end_order(core, order, CAUSE_USER)
    for symbol, holding in list(account.holdings.items()):
        amount = min(holding.free, holding.debt)
        if amount:
            core.desk.repay(account, symbol, amount, False)
    for planned in plan.orders:
        _trade(core, account, planned)


def _trade(core: Core, account: MarginAccount, planned: PlannedOrder) -> None:
    """Let a planned order trade as an order of the account's owner that repays with what it receives."""
    order = core.exchange.new_order(account, planned.leg.pair, planned.leg.is_buy)
    order.time_in_force = IOC
    order.self_trade = EXPIRE_MAKER
    order.side_effect = AUTO_REPAY
    order.price = planned.limit
    order.quantity = planned.quantity
    core.exchange.submit(order, planned.cost if order.is_buy else planned.quantity)
    assert order.executed == planned.quantity, (order.order_id, order.executed, planned.quantity)
