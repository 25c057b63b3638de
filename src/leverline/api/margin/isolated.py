"""Isolated accounts: their balances and levels, enabling and disabling, how many there may be (rules 7.1, 7.4, 7.6)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import named_error
from leverline.api.margin.account import may_borrow
from leverline.api.margin.words import SYMBOL_REQUIRED, account_at, shown_in_btc, shown_level, shown_ratio
from leverline.api.parameters import optional, symbol, texts_of
from leverline.engine.commands import DisableIsolated, OpenMarginAccount
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import BOOK_PER_INDEX, RATIO_ONE, div_down, div_up, mul_div_down
from leverline.ledger.wallet import ISOLATED, Holding
from leverline.margin.account import FORCE_LIQUIDATION, STATUS_NAMES, MarginAccount
from leverline.margin.liquidation_price import isolated_liquidation_price
from leverline.market.asset import Asset
from leverline.rulebook.refusals import Refusal

table = Table()

SYMBOLS_MAX: Final = 5
ZERO: Final = "0.00000000"


@table.add(
    "GET", "/sapi/v1/margin/isolated/account", optional("symbols", texts_of(symbol, SYMBOLS_MAX)),
    security=Security.USER_DATA, weight=10, tag="Margin account",
)  # fmt: skip
def isolated_accounts(call: Call) -> dict[str, Any]:
    """Return all isolated accounts with totals in BTC, or up to five without them."""
    accounts = call.user.isolated
    wanted = call["symbols"]
    if wanted is not None:
        for name in wanted:
            if name not in call.core.exchange.pairs:
                raise named_error(Refusal.UNKNOWN_PAIR)
        return {"assets": [pair_account(call, accounts[name]) for name in wanted if name in accounts]}
    views = [call.core.risk.view(account) for account in accounts.values()]
    assets = sum(view.assets for view in views)
    liabilities = sum(view.liabilities for view in views)
    return {
        "assets": [pair_account(call, account) for account in accounts.values()],
        "totalAssetOfBtc": shown_in_btc(call, assets),
        "totalLiabilityOfBtc": shown_in_btc(call, liabilities),
        "totalNetAssetOfBtc": shown_in_btc(call, assets - liabilities),
    }


def pair_account(call: Call, account: MarginAccount) -> dict[str, Any]:
    """Return one isolated account."""
    pair = account.pair
    assert pair is not None, account.wallet_id
    core = call.core
    status = FORCE_LIQUIDATION if account.is_locked else core.risk.status_of(account)
    index = index_of(pair.base, pair.quote)
    price, rate = liquidation_of(call, account, index)
    return {
        "baseAsset": asset_of_pair(call, account, pair.base),
        "quoteAsset": asset_of_pair(call, account, pair.quote),
        "symbol": pair.symbol,
        "isolatedCreated": True,
        "enabled": account.is_enabled,
        "marginLevel": shown_level(core.risk.view(account).level, account.debts > 0),
        "marginLevelStatus": STATUS_NAMES[status],
        "marginRatio": f"{pair.parameters.family.leverage}.00000000",
        "indexPrice": shown_ratio(index),
        "liquidatePrice": price,
        "liquidateRate": rate,
        "tradeEnabled": account.is_enabled and not (account.is_locked or account.user.is_suspended),
    }  # fmt: skip


def index_of(base: Asset, quote: Asset) -> int:
    """Return the index price of base in quote in 10⁻¹², the last one while stale; 0 before both have one."""
    return mul_div_down(base.price, RATIO_ONE, quote.price) if quote.price else 0


def liquidation_of(call: Call, account: MarginAccount, index: int) -> tuple[str, str]:
    """Return the liquidation price of rule 7.4 and how far the index is from it, as a share; zeros where none is."""
    found = isolated_liquidation_price(call.core.risk.bands, account) if account.debts else None
    if found is None or index == 0:
        return ZERO, ZERO
    price, is_long = found
    shown = div_down(price, BOOK_PER_INDEX) if is_long else div_up(price, BOOK_PER_INDEX)
    return format_amount(shown), shown_ratio(mul_div_down(abs(index - price), RATIO_ONE, index))


def asset_of_pair(call: Call, account: MarginAccount, asset: Asset) -> dict[str, Any]:
    """Return the base or quote of an isolated account."""
    holding = account.holdings.get(asset.symbol) or Holding(account, asset.symbol)
    line = call.core.risk.sheet(account).line(asset)
    return {
        "asset": asset.symbol,
        "borrowEnabled": asset.parameters.is_borrowable and account.is_enabled and may_borrow(call, account),
        "borrowed": format_amount(holding.principal),
        "free": format_amount(holding.free),
        "interest": format_amount(holding.interest),
        "locked": format_amount(holding.locked),
        "netAsset": format_amount(holding.total - holding.debt),
        "netAssetOfBtc": shown_in_btc(call, line.held_value - line.owed_value),
        "repayEnabled": account.is_enabled and not account.is_locked,
        "totalAsset": format_amount(holding.total),
    }  # fmt: skip


@table.add(
    "POST", "/sapi/v1/margin/isolated/account", SYMBOL_REQUIRED,
    security=Security.TRADE, weight=300, budget=Budget.SAPI_UID, tag="Margin account",
)  # fmt: skip
async def enable_isolated(call: Call) -> dict[str, Any]:
    """Enable an isolated account again that was disabled; it does not open one."""
    pair = call.pair().symbol
    if not account_at(call, (ISOLATED, pair)).is_enabled:
        await call.send(OpenMarginAccount(call.user_id, ISOLATED, pair))
    return {"success": True, "symbol": pair}


@table.add(
    "DELETE", "/sapi/v1/margin/isolated/account", SYMBOL_REQUIRED,
    security=Security.TRADE, weight=300, budget=Budget.SAPI_UID, tag="Margin account",
)  # fmt: skip
async def disable_isolated(call: Call) -> dict[str, Any]:
    """Disable an empty isolated account, at most once in 24 hours."""
    pair = call.pair().symbol
    await call.send(DisableIsolated(call.user_id, pair))
    return {"success": True, "symbol": pair}


@table.add("GET", "/sapi/v1/margin/isolated/accountLimit", security=Security.USER_DATA, weight=1, tag="Margin account")
def isolated_account_limit(call: Call) -> dict[str, int]:
    """Return how many isolated accounts are enabled, and how many may be."""
    return {
        "enabledAccount": sum(1 for account in call.user.isolated.values() if account.is_enabled),
        "maxAccount": call.core.parameters.borrowing.isolated_accounts_max,
    }
