"""Small exchanges with the house: dust for BNB, small debts for USDT (rules 13.3, 13.6)."""

from leverline.engine.commands import ConvertDust, ExchangeSmallDebts
from leverline.engine.core import Core
from leverline.kernel.decimals import shown
from leverline.ledger.wallet import CROSS, SPOT
from leverline.margin.account import User
from leverline.margin.dust import DustPlan
from leverline.margin.events import DustConverted, SmallDebtExchanged
from leverline.margin.small_debts import DebtPlan
from leverline.market.account import TradingAccount
from leverline.market.index_board import USDT
from leverline.market.settlement import BNB
from leverline.rulebook.refusals import Refusal


def convert_dust(core: Core, command: ConvertDust) -> Refusal | None:
    """Give the free balances named for BNB: all of them, or none."""
    if command.kind not in (SPOT, CROSS):
        return core.refuse(Refusal.MALFORMED, f"kind {shown(command.kind)} is neither spot nor cross")
    refusal = _standing_refusal(core, command.user_id, command.assets, BNB)
    if refusal is not None:
        return refusal
    user = core.users[command.user_id]
    if command.kind == CROSS:
        refusal = core.margin_refusal(user.cross)
        if refusal is not None:
            return refusal
    wallet: TradingAccount | None = user.spot if command.kind == SPOT else user.cross
    assert wallet is not None, command.user_id
    plan = core.dust.plan(user, wallet, command.assets)
    if plan.refusal is not None:
        return core.refuse(plan.refusal, plan.detail)
    # From here on it must succeed.
    _carry_out_dust(core, user, wallet, plan)
    return None


def _standing_refusal(core: Core, user_id: int, assets: list[str], target: str) -> Refusal | None:
    """Check the list, which must not name `target` itself, the user and the assets."""
    if not assets or len({*assets}) != len(assets):
        return core.refuse(Refusal.MALFORMED, "the list of assets is empty or names one twice")
    if target in assets:
        return core.refuse(Refusal.MALFORMED, f"{target} cannot be exchanged for itself")
    user = core.user(user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user_id} is suspended")
    for symbol in assets:
        if core.asset(symbol) is None:
            return Refusal.UNKNOWN_ASSET
    return None


def _carry_out_dust(core: Core, user: User, wallet: TradingAccount, plan: DustPlan) -> None:
    """Exchange one balance after the other with the house."""
    bnb = wallet.holding(BNB)
    for dust in plan.balances:
        core.ledger.give_in_conversion(dust.holding, dust.amount)
        core.ledger.receive_in_conversion(bnb, dust.received)
        core.log.emit(
            DustConverted(
                user.user_id, wallet.wallet_id, dust.holding.asset, dust.amount, BNB, dust.received, dust.charge
            )
        )  # fmt: skip
    user.dust_at[wallet.kind] = core.log.time
    if wallet.kind == CROSS:
        core.risk.collateral_changed(user)


def exchange_small_debts(core: Core, command: ExchangeSmallDebts) -> Refusal | None:
    """Pay the debts named with free USDT: all of them, or none."""
    refusal = _standing_refusal(core, command.user_id, command.assets, USDT)
    if refusal is not None:
        return refusal
    user = core.users[command.user_id]
    refusal = core.margin_refusal(user.cross)
    if refusal is not None:
        return refusal
    assert user.cross is not None, command.user_id
    plan = core.small_debts.plan(user.cross, command.assets)
    if plan.refusal is not None:
        return core.refuse(plan.refusal, plan.detail)
    # From here on it must succeed.
    _carry_out_debts(core, user, plan)
    return None


def _carry_out_debts(core: Core, user: User, plan: DebtPlan) -> None:
    """Buy from the house what each debt needs, and repay it in full."""
    account = user.cross
    assert account is not None, user.user_id
    usdt = account.holding(USDT)
    for debt in plan.debts:
        symbol = debt.holding.asset
        core.ledger.give_in_conversion(usdt, debt.cost)
        core.ledger.receive_in_conversion(debt.holding, debt.amount)
        core.log.emit(SmallDebtExchanged(user.user_id, account.wallet_id, symbol, debt.amount, USDT, debt.cost))
        core.desk.repay(account, symbol, debt.amount, False)
    user.debts_exchanged_at = core.log.time
    core.risk.collateral_changed(user)
