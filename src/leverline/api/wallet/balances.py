"""What the caller's wallets hold and what it is worth (rule 1.3)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import named_error
from leverline.api.margin.words import ASSET, shown_in_btc
from leverline.api.parameters import optional, symbol, truth
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import amount_down, value_down
from leverline.ledger.wallet import Holding
from leverline.margin.account import MarginAccount
from leverline.margin.dust import BTC
from leverline.market.account import TradingAccount
from leverline.rulebook.refusals import Refusal

table = Table()

ZERO: Final = "0.00000000"
NEED_VALUE: Final = optional("needBtcValuation", truth, False)


@table.add(
    "POST", "/sapi/v3/asset/getUserAsset", ASSET, NEED_VALUE, security=Security.USER_DATA, weight=5, tag="Wallet"
)
def user_assets(call: Call) -> list[dict[str, str]]:
    """Return the assets of the spot wallet that are not zero, or one asset."""
    if call["asset"] is not None:
        call.asset()
    held = [each for each in call.user.spot.holdings.values() if each.total]
    return [spot_row(call, each) for each in held if call["asset"] in (None, each.asset)]


def spot_row(call: Call, holding: Holding) -> dict[str, str]:
    """Return one asset of the spot wallet."""
    return {
        "asset": holding.asset,
        "free": format_amount(holding.free),
        "locked": format_amount(holding.locked),
        "freeze": ZERO,
        "withdrawing": ZERO,
        "ipoable": ZERO,
        "btcValuation": shown_in_btc(call, held_value(call, holding)) if call["needBtcValuation"] else ZERO,
    }


@table.add(
    "POST", "/sapi/v1/asset/get-funding-asset", ASSET, NEED_VALUE, security=Security.USER_DATA, weight=1, tag="Wallet"
)
def funding_assets(_call: Call) -> list[dict[str, str]]:
    """Return the funding wallet's assets: there is no such wallet."""
    return []


@table.add(
    "GET", "/sapi/v1/asset/wallet/balance",
    optional("quoteAsset", symbol, BTC), optional("needBalanceDetail", truth, False),
    security=Security.USER_DATA, weight=60, tag="Wallet",
)  # fmt: skip
def wallet_balances(call: Call) -> list[dict[str, Any]]:
    """Return the net value of each wallet in an asset, BTC by default."""
    user = call.user
    quote = call.asset("quoteAsset")
    if quote.price == 0:
        raise named_error(Refusal.PRICE_INDEX_STALE)
    cross = [] if user.cross is None else [user.cross]
    wallets: list[tuple[str, list[TradingAccount]]] = [
        ("Spot", [user.spot]), ("Funding", []), ("Cross Margin", list(cross)),
        ("Isolated Margin", list(user.isolated.values())),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = []
    for name, accounts in wallets:
        value = sum(net_value(call, account) for account in accounts)
        row = {
            "activate": bool(accounts),
            "balance": format_amount(amount_down(value, quote.price)),
            "walletName": name,
        }
        if call["needBalanceDetail"]:
            row["assetBalances"] = [detail_row(call, each) for a in accounts for each in a.holdings.values()]
        rows.append(row)
    return rows


def detail_row(call: Call, holding: Holding) -> dict[str, str]:
    """Return one asset of a wallet."""
    return {
        "asset": holding.asset,
        "assetName": call.core.board.assets[holding.asset].parameters.name,
        "free": format_amount(holding.free),
        "locked": format_amount(holding.locked),
        "freeze": ZERO,
        "withdrawing": ZERO,
        "btcValuation": shown_in_btc(call, held_value(call, holding)),
    }


def net_value(call: Call, account: TradingAccount) -> int:
    """Return what a wallet holds less what it owes, in USDT at index."""
    if isinstance(account, MarginAccount):
        view = call.core.risk.view(account)
        return view.assets - view.liabilities
    return sum(held_value(call, holding) for holding in account.holdings.values())


def held_value(call: Call, holding: Holding) -> int:
    """Return the value of what a holding holds, in USDT at index."""
    return value_down(holding.total, call.core.board.assets[holding.asset].price)
