"""Closing a margin account: one command that ends all its debts, or refuses and changes nothing (rule 13.5)."""

from leverline.engine.commands import CloseAccount, RepayAll, SellOut
from leverline.engine.core import Core
from leverline.engine.handlers.cancels import end_order
from leverline.kernel.decimals import format_plain, shown
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.liquidation.closing import ClosingPlan, ClosingPlanner
from leverline.liquidation.orders import PlannedOrder
from leverline.margin.account import MarginAccount
from leverline.market.terms import AUTO_REPAY, CAUSE_USER, EXPIRE_MAKER, IOC
from leverline.rulebook.refusals import Refusal


def close_account(core: Core, command: CloseAccount) -> Refusal | None:
    """Cancel the account's orders, set off what it holds against what it owes, trade for the rest, and repay."""
    refusal = standing_refusal(core, command.user_id, command.kind, command.pair, True)
    if refusal is not None:
        return refusal
    account = core.users[command.user_id].margin_account(command.kind, command.pair)
    assert account is not None
    if account.debts == 0:
        return core.refuse(Refusal.REPAY_EXCEEDS_LIABILITY, f"account {account.wallet_id} owes nothing")
    return _close(core, account, ClosingPlanner(account, core.board, core.liquidator.planner.paths).plan())


def sell_out(core: Core, command: SellOut) -> Refusal | None:
    """Close an account and sell all that it holds for USDT, or the quote of its pair."""
    refusal = standing_refusal(core, command.user_id, command.kind, command.pair, True)
    if refusal is not None:
        return refusal
    account = core.users[command.user_id].margin_account(command.kind, command.pair)
    assert account is not None
    rules = core.parameters.controls
    value = core.risk.sheet(account).assets
    if value >= rules.closable_value_max:
        most = format_plain(rules.closable_value_max)
        return core.refuse(Refusal.ASSETS_TOO_LARGE, f"assets of {format_plain(value)} USDT are not below {most}")
    paths = core.liquidator.planner.paths
    return _close(core, account, ClosingPlanner(account, core.board, paths, rules.market_share).plan())


def _close(core: Core, account: MarginAccount, plan: ClosingPlan) -> Refusal | None:
    """Carry out a plan that leaves no debt, or refuse why there is none."""
    if plan.refusal is not None:
        return core.refuse(plan.refusal, plan.detail)
    # From here on it must succeed.
    _carry_out(core, account, plan)
    assert account.debts == 0, account.wallet_id
    return None


def repay_all(core: Core, command: RepayAll) -> Refusal | None:
    """Repay each debt with what is free of its asset; what is owed beyond that stays owed. Suspension does not stop it.

    Like auto-repay it knows no minimum (rule 3.3).
    """
    refusal = standing_refusal(core, command.user_id, command.kind, command.pair, False)
    if refusal is not None:
        return refusal
    account = core.users[command.user_id].margin_account(command.kind, command.pair)
    assert account is not None
    if account.debts == 0:
        return core.refuse(Refusal.REPAY_EXCEEDS_LIABILITY, f"account {account.wallet_id} owes nothing")
    if not any(holding.free and holding.debt for holding in account.holdings.values()):
        return core.refuse(Refusal.BALANCE_SHORT, f"account {account.wallet_id} has nothing free of what it owes")
    # From here on it must succeed.
    repay_matched(core, account)
    return None


def standing_refusal(core: Core, user_id: int, kind: int, pair: str, is_active: bool) -> Refusal | None:
    """Check kind, user, pair and account, in order of precedence; a suspended user only where it `is_active`."""
    if kind not in (CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, f"kind {shown(kind)} is no margin account")
    user = core.user(user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if is_active and user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user.user_id} is suspended")
    if kind == ISOLATED and core.pair(pair) is None:
        return Refusal.UNKNOWN_PAIR
    return core.margin_refusal(user.margin_account(kind, pair))


def _carry_out(core: Core, account: MarginAccount, plan: ClosingPlan) -> None:
    """Free what orders hold, repay from what is held, then trade; each fill repays what it receives."""
    for order in list(account.orders.values()):
        if order.is_open:
            end_order(core, order, CAUSE_USER)
    repay_matched(core, account)
    for planned in plan.orders:
        trade(core, account, planned, AUTO_REPAY)


def repay_matched(core: Core, account: MarginAccount) -> None:
    """Repay each debt from what is free of its asset."""
    for symbol, holding in list(account.holdings.items()):
        amount = min(holding.free, holding.debt)
        if amount:
            core.desk.repay(account, symbol, amount, False)


def trade(core: Core, account: MarginAccount, planned: PlannedOrder, side_effect: int) -> None:
    """Let a planned order trade as an order of the account's owner; with AUTO_REPAY it repays with what it receives."""
    order = core.exchange.new_order(account, planned.leg.pair, planned.leg.is_buy)
    order.time_in_force = IOC
    order.self_trade = EXPIRE_MAKER
    order.side_effect = side_effect
    order.price = planned.limit
    order.quantity = planned.quantity
    core.exchange.submit(order, planned.cost if order.is_buy else planned.quantity)
    assert order.executed == planned.quantity, (order.order_id, order.executed, planned.quantity)
