"""All wallets of the caller in one answer, with what each asset is worth: what the pages of an account begin with."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import invalid
from leverline.api.margin.words import SYMBOL_REQUIRED, account_at, shown_level
from leverline.api.parameters import required, whole
from leverline.api.wallet.balances import held_value
from leverline.engine.commands import SetIsolatedTier
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import RATIO_ONE, mul_div_down
from leverline.ledger.wallet import ISOLATED, Holding
from leverline.margin.account import FORCE_LIQUIDATION, STATUS_NAMES, MarginAccount

table = Table()
TIERS_MAX: Final = 1_000
"""What the number of a tier may be at all; which there are is the pair's to say."""


@table.add("GET", "/account/v1/wallets", security=Security.USER_DATA, tag="Account")
def wallets(call: Call) -> dict[str, Any]:
    """Return spot, cross and isolated wallets: balances, debts, levels, and values in USDT at index (rule 1.3)."""
    user = call.user
    spot = [holding for holding in user.spot.holdings.values() if holding.total]
    margin = user.margin_accounts()
    values = {holding.asset: held_value(call, holding) for holding in spot}
    views = [call.core.risk.view(account) for account in margin]
    in_spot = sum(values.values())
    return {
        "value": format_amount(in_spot + sum(view.assets - view.liabilities for view in views)),
        "spot": {
            "value": format_amount(in_spot),
            "assets": [asset_row(call, holding, values[holding.asset]) for holding in spot],
        },
        "cross": None if user.cross is None else margin_wallet(call, user.cross),
        "isolated": [isolated_wallet(call, account) for account in user.isolated.values()],
    }


def asset_row(call: Call, holding: Holding, value: int) -> dict[str, Any]:
    """Return one asset of a wallet; `value` is that of what is held less what is owed."""
    return {
        "asset": holding.asset,
        "assetName": call.core.board.assets[holding.asset].parameters.name,
        "free": format_amount(holding.free),
        "locked": format_amount(holding.locked),
        "borrowed": format_amount(holding.principal),
        "interest": format_amount(holding.interest),
        "netAsset": format_amount(holding.total - holding.debt),
        "value": format_amount(value),
    }


def margin_wallet(call: Call, account: MarginAccount) -> dict[str, Any]:
    """Return one margin account with its totals; its level is null while it owes nothing."""
    core = call.core
    view, sheet = core.risk.view(account), core.risk.sheet(account)
    rows = []
    for holding in account.holdings.values():
        if holding.total or holding.debt:
            line = sheet.line(core.board.assets[holding.asset])
            rows.append(asset_row(call, holding, line.held_value - line.owed_value))
    status = FORCE_LIQUIDATION if account.is_locked else core.risk.status_of(account)
    return {
        "value": format_amount(view.assets - view.liabilities),
        "assetsValue": format_amount(view.assets),
        "debtValue": format_amount(view.liabilities),
        "marginLevel": shown_level(view.level, True) if account.debts else None,
        "marginLevelStatus": STATUS_NAMES[status],
        "isInLiquidation": account.is_locked,
        "assets": rows,
    }


def isolated_wallet(call: Call, account: MarginAccount) -> dict[str, Any]:
    """Return the isolated account of a pair; `chosenTier` is null where the tier goes by the debt (rule 7.2)."""
    pair = account.pair
    assert pair is not None, account.wallet_id
    return {
        "symbol": pair.symbol,
        "baseAsset": pair.base.symbol,
        "quoteAsset": pair.quote.symbol,
        "isEnabled": account.is_enabled,
        "leverage": pair.parameters.family.leverage,
        "chosenTier": account.fixed_tier or None,
        **margin_wallet(call, account),
    }


@table.add(
    "POST", "/account/v1/isolated/tier", SYMBOL_REQUIRED, required("tier", whole(0, TIERS_MAX)),
    security=Security.SESSION, tag="Account",
)  # fmt: skip
async def choose_tier(call: Call) -> dict[str, Any]:
    """Fix the tier of an isolated account, and with it leverage and limits; 0 lets it go by the debt again."""
    pair = call.pair()
    account = account_at(call, (ISOLATED, pair.symbol))
    tiers = pair.parameters.isolated_tiers
    if call["tier"] > len(tiers):
        raise invalid("tier")
    leverage = 0
    if call["tier"]:
        ratio = tiers[call["tier"] - 1].initial_ratio
        leverage = mul_div_down(ratio, RATIO_ONE, ratio - RATIO_ONE)
    await call.send(SetIsolatedTier(call.user_id, pair.symbol, leverage))
    return isolated_wallet(call, account)
