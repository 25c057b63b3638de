"""The eve of a replay: the house funds pools and insurance fund, makers quote, accounts come in and take positions.

All of it by commands, at the first prices of the window. The makers quote a second before the clock hour that holds
the start, so that the hour measures a full book (rule 8.5).
"""

from dataclasses import dataclass
from typing import Final

from leverline.engine.commands import (
    Deposit,
    GrantPermission,
    HouseDeposit,
    OpenMarginAccount,
    PublishPrices,
    RegisterUser,
    SetBnbSwitches,
    SetLeverage,
    SupplyPool,
    SwitchMode,
    TopUpFund,
    Transfer,
)
from leverline.kernel.numbers import INDEX_ONE, UNIT
from leverline.kernel.time import SECOND, hour_start
from leverline.lab.makers import Makers
from leverline.lab.population import Plan
from leverline.lab.session import Session
from leverline.lab.trading import Desk, kind_of
from leverline.lab.watch import Watch
from leverline.ledger.wallet import SPOT
from leverline.margin.account import CLASSIC, ISOLATED_MODE, MAY_MARGIN, MAY_PRO, PRO
from leverline.market.terms import MARGIN_BUY
from leverline.parameters.scheme_pairs import SETTLEMENT

SOURCE: Final = "bars"
"""Name of the index source."""
BNB_VALUE: Final = 200 * UNIT
"""BNB that a user who pays in it holds."""


@dataclass
class Opening:
    """How many accounts came in, and how many of them with a debt."""

    accounts: int = 0
    indebted: int = 0


def eve_of(start: int) -> int:
    """Return when the makers first quote for a replay that starts at `start`."""
    return hour_start(start) - SECOND


def publish(session: Session, prices: list[tuple[str, int]]) -> None:
    """Publish index prices, with USDT at one."""
    session.must(PublishPrices(SOURCE, [(asset, price, 1) for asset, price in prices]))


def open_house(session: Session, makers: Makers, prices: list[tuple[str, int]], start: int, fund: int) -> None:
    """Fund pools and insurance fund (`fund` in 10⁻⁸ USDT) and let the makers quote around `prices` until `start`."""
    parameters = session.parameters
    for asset in [SETTLEMENT, *(asset for asset, _ in prices)]:
        supply = parameters.assets[asset].pool_supply
        if supply:
            session.must(HouseDeposit(asset, supply))
            session.must(SupplyPool(asset, supply))
    if fund:
        session.must(HouseDeposit(SETTLEMENT, fund))
        session.must(TopUpFund(SETTLEMENT, fund))
    publish(session, prices)
    makers.open()
    makers.follow(prices)
    every = session.parameters.index.source_silence // 2
    for time in (*range(hour_start(start), start, every), start):
        session.time = time
        publish(session, prices)


def open_accounts(session: Session, makers: Makers, plans: list[Plan], watch: Watch) -> Opening:
    """Bring every planned account in and let it take its positions."""
    opening, desk = Opening(), Desk(session, makers)
    for plan in plans:
        _open_account(session, plan)
        _take_positions(session, desk, plan)
        opening.accounts += 1
        account = session.user(plan.user_id).margin_account(kind_of(plan.pair), plan.pair)
        opening.indebted += account is not None and account.debts > 0
        watch.account_opened(opening.accounts, len(plans), session.time)
    session.tally.take_called()
    return opening


def _open_account(session: Session, plan: Plan) -> None:
    """Register the user, open the account in its mode and fund it."""
    user_id, kind = plan.user_id, kind_of(plan.pair)
    session.must(RegisterUser(user_id))
    session.must(GrantPermission(user_id, MAY_MARGIN))
    session.must(OpenMarginAccount(user_id, kind, plan.pair))
    if plan.mode == PRO:
        session.must(GrantPermission(user_id, MAY_PRO))
        session.must(SwitchMode(user_id, PRO))
    elif plan.mode == CLASSIC and plan.classic_leverage != 5:
        session.must(SetLeverage(user_id, plan.classic_leverage))
    bring(session, plan, plan.collateral, plan.equity)
    if plan.is_bnb and session.tally.index.get("BNB"):
        session.must(SetBnbSwitches(user_id, True, plan.mode != ISOLATED_MODE))
        if plan.mode != ISOLATED_MODE:
            bring(session, plan, "BNB", BNB_VALUE)
    user = session.user(user_id)
    plan.wallets = [user.spot.wallet_id] + [account.wallet_id for account in user.margin_accounts()]


def bring(session: Session, plan: Plan, asset: str, value: int) -> int:
    """Deposit an asset worth `value` and move it into the margin account; return the value brought.

    What the venue does not take as collateral any more (rule 4.5) stays in the spot wallet.
    """
    amount = value * INDEX_ONE // session.tally.index[asset]
    if amount <= 0:
        return 0
    session.must(Deposit(plan.user_id, asset, amount))
    session.send(Transfer(plan.user_id, asset, amount, SPOT, kind_of(plan.pair), "", plan.pair))
    return session.tally.value(asset, amount)


def _take_positions(session: Session, desk: Desk, plan: Plan) -> None:
    """Buy long and sell short what the plan says, with borrowed funds."""
    kind = kind_of(plan.pair)
    for asset, is_long, value in plan.positions:
        desk.trade(plan.user_id, kind, asset, is_long, value, MARGIN_BUY)
