"""An engine seen through the reference's eyes: its balances and terms copied, to be valued by the plain formulas."""

from fractions import Fraction

from tests.reference.model import state as model
from tests.reference.model.borrowing import available_margin
from tests.reference.model.exact import fine
from tests.reference.model.index import RISK
from tests.reference.model.matching import MARKETS, protection_price
from tests.reference.model.valuation import (
    assets_value,
    holdings_of,
    isolated_initial_ratio,
    level_parts,
    liabilities_value,
)

from leverline.engine.engine import Engine
from leverline.market.order import Order as EngineOrder


def mirror(engine: Engine) -> model.State:
    """Return a reference state with the same users, wallets, balances, orders and prices."""
    core = engine.core
    state = model.State(core.parameters)
    state.now = engine.time
    state.balance.update(engine.balances())
    for owner, _, asset in state.balance:
        state.assets_of[owner].add(asset)
    state.wallets.append(model.Wallet(1, 0, model.LIQUIDATION))
    for user in core.users.values():
        state.users[user.user_id] = model.User(user.user_id, user.vip_level, user.parent_id)
        state.wallets.append(model.Wallet(user.spot.wallet_id, user.user_id, model.SPOT))
        for account in user.margin_accounts():
            pair = account.pair.symbol if account.pair is not None else ""
            state.wallets.append(
                model.Wallet(
                    account.wallet_id, user.user_id, account.kind, pair, account.mode, account.leverage,
                    account.fixed_tier, status=account.status, locked_at=0 if account.is_locked else None,
                )
            )  # fmt: skip
    state.wallets.sort(key=lambda wallet: wallet.number)
    for symbol, asset in core.board.assets.items():
        state.index[symbol] = model.Index(price=asset.price, is_stale=asset.is_stale)
    copy_orders(engine, state)
    return state


def copy_orders(engine: Engine, state: model.State) -> None:
    """Copy the open orders."""
    for user in engine.core.users.values():
        for account in (user.spot, *user.margin_accounts()):
            wallet = state.wallets[account.wallet_id - 1]
            state.orders += [copy_of(state, order, wallet) for order in account.orders.values()]
    state.orders.sort(key=lambda order: order.order_id)


def copy_of(state: model.State, order: EngineOrder, wallet: model.Wallet) -> model.Order:
    """Return one order as the reference keeps it: a waiting market type with the protection price of its stop."""
    found = model.Order(
        order.order_id, order.client_id, wallet, order.pair.symbol, order.is_buy, order.kind, order.time_in_force,
        order.self_trade, order.side_effect, order.is_repaid_at_cancel, order.quantity, order.quote_quantity,
        order.price, order.stop_price, order.iceberg_quantity,
    )  # fmt: skip
    found.executed, found.executed_quote = order.executed, order.executed_quote
    found.locked, found.loan = order.locked, order.loan
    if order.kind in MARKETS:
        found.price = protection_price(state, found.pair, found.is_buy, found.stop_price)
    return found


def level(state: model.State, wallet: model.Wallet) -> Fraction | None:
    """Return the margin level, None without debt."""
    if not state.has_debt(wallet):
        return None
    above, against, _ = level_parts(state, wallet, holdings_of(state, wallet))
    return above / against


def is_above_initial(state: model.State, wallet: model.Wallet) -> bool:
    """Whether an account stands above its initial ratio; Pro: has available margin left."""
    if not state.has_debt(wallet):
        return True
    holdings = holdings_of(state, wallet)
    if wallet.mode == model.PRO:
        return available_margin(state, wallet, holdings, None, RISK) > 0
    if wallet.kind == model.ISOLATED:
        ratio = isolated_initial_ratio(state, wallet)
    else:
        ratio = fine(state.parameters.classic[wallet.leverage].initial_ratio)
    return assets_value(state, holdings) > ratio * liabilities_value(state, holdings)


def is_liquidatable(state: model.State, wallet: model.Wallet) -> bool:
    """Whether the level is at or below the liquidation ratio."""
    found = level(state, wallet)
    if found is None:
        return False
    return found <= level_parts(state, wallet, holdings_of(state, wallet))[2][0]
