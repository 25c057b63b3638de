"""The spot account: balances and commission."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.parameters import optional, required, symbol, truth
from leverline.api.spot.commission import discount, none_for_four, standard
from leverline.api.spot.pair_filters import shown_exchange_filters, shown_filters
from leverline.api.spot.rate_limits import counted_limits
from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import RATIO_ONE, mul_div_nearest
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT

table = Table()
TAG: Final = "Account"
BASIS_POINTS: Final = 10_000
ACCOUNT_WORDS: Final = {SPOT: "SPOT", CROSS: "MARGIN", ISOLATED: "ISOLATED_MARGIN"}


@table.add(
    "GET", "/api/v3/account", optional("omitZeroBalances", truth, False),
    security=Security.USER_DATA, weight=20, ws="account.status", tag=TAG,
)  # fmt: skip
def account(call: Call) -> dict[str, Any]:
    """Return the spot account; for a special key the margin account that it trades."""
    user = call.user
    kind = call.place[0]
    return {
        "makerCommission": _basis_points(user.maker_fee),
        "takerCommission": _basis_points(user.taker_fee),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": standard(call),
        "canTrade": not user.is_suspended,
        "canWithdraw": kind == SPOT and not user.is_suspended and not call.core.owes_loan(user.user_id),
        "canDeposit": kind == SPOT,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": call.stamp(call.now()),
        "accountType": ACCOUNT_WORDS[kind],
        "balances": _balances(call),
        "permissions": ["SPOT" if kind == SPOT else "MARGIN"],
        "uid": user.user_id,
    }


@table.add(
    "GET", "/api/v3/account/commission", required("symbol", symbol),
    security=Security.USER_DATA, weight=20, ws="account.commission", tag=TAG,
)  # fmt: skip
def commission(call: Call) -> dict[str, Any]:
    """Return the commission rates in a pair."""
    return {
        "symbol": call.pair().symbol,
        "standardCommission": standard(call),
        "specialCommission": none_for_four(),
        "taxCommission": none_for_four(),
        "discount": discount(call),
    }


@table.add(
    "GET", "/api/v3/myFilters", required("symbol", symbol),
    security=Security.USER_DATA, weight=40, ws="myFilters", tag=TAG,
)  # fmt: skip
def my_filters(call: Call) -> dict[str, Any]:
    """Return all filters that the user's orders in a pair meet; no asset is limited for one account alone."""
    return {
        "exchangeFilters": shown_exchange_filters(call.core.parameters.trading),
        "symbolFilters": shown_filters(call.pair().parameters),
        "assetFilters": [],
        "rateLimits": counted_limits(call),
    }


def _balances(call: Call) -> list[dict[str, str]]:
    """Return the balance of every asset, or of those that are there."""
    wallet_id = call.trading_wallet
    holdings = call.core.ledger.wallet(wallet_id).holdings if wallet_id else {}
    found = []
    for asset in call.core.board.assets:
        holding = holdings.get(asset)
        free, locked = (holding.free, holding.locked) if holding is not None else (0, 0)
        if free or locked or not call["omitZeroBalances"]:
            found.append({"asset": asset, "free": format_amount(free), "locked": format_amount(locked)})
    return found


def _basis_points(rate: int) -> int:
    """Return a rate in hundredths of a percent."""
    return mul_div_nearest(rate, BASIS_POINTS, RATIO_ONE)
