"""The cross account with its levels and balances (rules 5.1, 6.1)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.margin.words import cross_account_or_empty, shown_in_btc, shown_level
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import Holding
from leverline.margin.account import PRO, MarginAccount
from leverline.market.asset import Asset

table = Table()

ACCOUNT_TYPES: Final = {True: "MARGIN_2", False: "MARGIN_1"}
"""By whether the account is in Pro."""


@table.add("GET", "/sapi/v1/margin/account", security=Security.USER_DATA, weight=10, tag="Margin account")
def cross_account(call: Call) -> dict[str, Any]:
    """Return the cross account: margin levels, totals in BTC, one row per asset; an empty one before it is opened."""
    account = cross_account_or_empty(call)
    is_open = call.user.cross is not None
    view = call.core.risk.view(account)
    is_indebted = account.debts > 0
    may_act = not (account.is_locked or account.user.is_suspended)
    return {
        "created": is_open,
        "borrowEnabled": is_open and may_act and may_borrow(call, account),
        "marginLevel": shown_level(view.level, is_indebted),
        "collateralMarginLevel": shown_level(view.collateral_level, is_indebted),
        "totalAssetOfBtc": shown_in_btc(call, view.assets),
        "totalLiabilityOfBtc": shown_in_btc(call, view.liabilities),
        "totalNetAssetOfBtc": shown_in_btc(call, view.assets - view.liabilities),
        "TotalCollateralValueInUSDT": format_amount(view.collateral),
        "tradeEnabled": is_open and may_act,
        "transferEnabled": may_act,
        "transferInEnabled": may_act,
        "transferOutEnabled": may_act,
        "accountType": ACCOUNT_TYPES[account.mode == PRO],
        "userAssets": [
            asset_row(account, asset) for asset in call.core.board.assets.values() if is_shown(account, asset)
        ],
    }  # fmt: skip


def may_borrow(call: Call, account: MarginAccount) -> bool:
    """Whether nothing but amounts stands between the account and a loan (rules 8.5, 11.6, 12)."""
    core = call.core
    if not call.services.identity.may_borrow(account.user.user_id):
        return False
    return not core.desk.is_stopped and not core.risk.limits.borrowing.is_barred(account.user)


def is_shown(account: MarginAccount, asset: Asset) -> bool:
    """Whether an asset has a row: it may be held or owed, or is."""
    parameters = asset.parameters
    return parameters.is_collateral or parameters.is_borrowable or asset.symbol in account.holdings


def asset_row(account: MarginAccount, asset: Asset) -> dict[str, str]:
    """Return one asset of a cross account."""
    holding = account.holdings.get(asset.symbol) or Holding(account, asset.symbol)
    return {
        "asset": asset.symbol,
        "borrowed": format_amount(holding.principal),
        "free": format_amount(holding.free),
        "interest": format_amount(holding.interest),
        "locked": format_amount(holding.locked),
        "netAsset": format_amount(holding.total - holding.debt),
    }
