"""A fresh start for a user of a sandbox: nothing open, nothing owed, and the funds he asks for in his spot wallet.

All of it is done by the commands that users and operators have, so that the ledger balances at each step. It is no
single act: orders go first, then each margin account is cleared, then the spot wallet. What a crash or a refusal cut
off is finished by asking again, for each step looks at what is there.
"""

import asyncio
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.errors import named_error
from leverline.engine.commands import (
    CancelAllOrders,
    Deposit,
    LiftBorrowBar,
    RepayAll,
    Transfer,
    WaiveLiquidationLoan,
    Withdraw,
)
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import UNIT
from leverline.ledger.wallet import SPOT, Holding
from leverline.margin.account import MarginAccount, User
from leverline.market.account import TradingAccount
from leverline.market.index_board import USDT
from leverline.rulebook.refusals import Refusal
from leverline.sandbox.documents import amounts, document, user_id_of

table = Table()
START_FUNDS: Final = {USDT: 10_000 * UNIT}
"""What a user has afterwards if he asks for nothing else."""
REFERENCE: Final = "reset"
ROUNDS: Final = 3
"""An hour's interest may fall due between paying for a debt and repaying it: then it is paid for once more."""


@table.add("POST", "/sandbox/v1/reset", tag="Sandbox")
async def reset(call: Call) -> dict[str, Any]:
    """Let a user begin anew: {"userId": 10001, "funds": {"USDT": "10000"}}.

    Orders are cancelled, debts repaid, wallets emptied, and the funds put into the spot wallet. Test funds pay for what
    is owed. Mode, leverage, VIP level, keys and history stay as they are, and so does a cooling-off; a bar on borrowing
    and a liquidation loan are lifted. Refused while an account is in liquidation.
    """
    found = document(call)
    user = call.core.users[user_id_of(call, found)]
    funds = amounts(call, "funds", found["funds"]) if "funds" in found else START_FUNDS
    async with call.services.caches.setdefault(__name__, asyncio.Lock()):
        check(call, user)
        repaid = await clear(call, user)
        for asset, amount in funds.items():
            await call.send(Deposit(user.user_id, asset, amount, REFERENCE))
    free = {asset: format_amount(each.free) for asset, each in user.spot.holdings.items() if each.free}
    return {
        "userId": user.user_id,
        "free": free,
        "repaid": {asset: format_amount(each) for asset, each in repaid.items()},
    }


def check(call: Call, user: User) -> None:
    """Raise what would stop a reset on its way, before anything is touched."""
    if user.is_suspended:
        raise named_error(Refusal.USER_SUSPENDED)
    if any(account.is_locked for account in user.margin_accounts()):
        raise named_error(Refusal.ACCOUNT_LOCKED)
    if call.core.gate.is_closed:
        raise named_error(Refusal.GATE_CLOSED)


async def clear(call: Call, user: User) -> dict[str, int]:
    """Leave nothing open, owed or held; return what was repaid of each asset."""
    repaid: dict[str, int] = {}
    await cancel_all(call, user, user.spot)
    for account in user.margin_accounts():
        if account.is_enabled:
            await cancel_all(call, user, account)
            for asset, amount in (await repay(call, account)).items():
                repaid[asset] = repaid.get(asset, 0) + amount
            await empty(call, account)
    await forgive(call, user)
    for holding in held(user.spot):
        await call.send(Withdraw(user.user_id, holding.asset, holding.free, REFERENCE))
    return repaid


async def cancel_all(call: Call, user: User, account: TradingAccount) -> None:
    """Cancel the open orders of an account, pair by pair."""
    for pair in {order.pair.symbol for order in account.orders.values()}:
        await call.send(CancelAllOrders(user.user_id, account.kind, pair))


async def repay(call: Call, account: MarginAccount) -> dict[str, int]:
    """Repay what an account owes, test funds paying for what it lacks; return how much of each asset."""
    repaid: dict[str, int] = {}
    for _ in range(ROUNDS):
        owing = [holding for holding in account.holdings.values() if holding.debt]
        if not owing:
            break
        for holding in owing:
            repaid[holding.asset] = repaid.get(holding.asset, 0) + holding.debt
            await pay_for(call, account, holding)
        await call.send(RepayAll(account.user_id, account.kind, pair_of(account)))
        for holding in owing:
            repaid[holding.asset] -= holding.debt
    return repaid


async def pay_for(call: Call, account: MarginAccount, holding: Holding) -> None:
    """Bring into an account what it lacks of an asset to repay its debt."""
    missing = holding.debt - holding.free
    if missing > 0:
        await call.send(Deposit(account.user_id, holding.asset, missing, REFERENCE))
        command = Transfer(
            account.user_id, holding.asset, missing, SPOT, account.kind, target_pair=pair_of(account)
        )  # fmt: skip
        await call.send(command)


async def empty(call: Call, account: MarginAccount) -> None:
    """Transfer all that an account holds into the spot wallet."""
    for holding in held(account):
        command = Transfer(
            account.user_id, holding.asset, holding.free, account.kind, SPOT, source_pair=pair_of(account)
        )
        await call.send(command)


async def forgive(call: Call, user: User) -> None:
    """Lift what earlier losses left: the bar on borrowing (rule 8.5), a liquidation loan (rule 16.5)."""
    if user.borrow_barred_until:
        await call.send(LiftBorrowBar(user.user_id))
    if owed := call.core.liquidator.loans.remaining(user):
        await call.send(WaiveLiquidationLoan(user.user_id, owed))


def held(account: TradingAccount) -> list[Holding]:
    """Return what is free in an account."""
    return [holding for holding in account.holdings.values() if holding.free]


def pair_of(account: MarginAccount) -> str:
    """Return the pair of an isolated account, empty for the cross account."""
    return "" if account.pair is None else account.pair.symbol
