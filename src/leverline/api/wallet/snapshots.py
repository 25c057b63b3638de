"""What an account held at the end of a day: the venue keeps no past balances, so it shows today's, as they are now."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import WireError
from leverline.api.margin.account import asset_row, is_shown
from leverline.api.margin.words import cross_account_or_empty, shown_in_btc, shown_level
from leverline.api.parameters import Parameter, optional, whole, word_of
from leverline.api.time_window import WINDOW
from leverline.api.wallet.balances import held_value
from leverline.kernel.decimals import format_amount
from leverline.kernel.time import DAY

table = Table()

SPOT_WORD: Final = "SPOT"
MARGIN_WORD: Final = "MARGIN"
FUTURES_WORD: Final = "FUTURES"
TYPES: Final = {word: word for word in (SPOT_WORD, MARGIN_WORD, FUTURES_WORD)}
DAYS_MIN: Final = 7
DAYS_MAX: Final = 30


@table.add(
    "GET", "/sapi/v1/accountSnapshot",
    Parameter("type", word_of(TYPES), is_mandatory=True), *WINDOW,
    optional("limit", whole(DAYS_MIN, DAYS_MAX), DAYS_MIN),
    security=Security.USER_DATA, weight=2_400, tag="Wallet",
)  # fmt: skip
def account_snapshot(call: Call) -> dict[str, Any]:
    """Return today's snapshot of the spot wallet or the cross account, if today is in the window; none of futures."""
    since, until = call["startTime"] or 0, call["endTime"]
    if until is not None and since > until:
        raise WireError(-3011, "Your input date is invalid.")
    now = call.now()
    is_asked = since <= now and (until is None or now - now % DAY <= until)
    shown = {SPOT_WORD: spot_data, MARGIN_WORD: margin_data}.get(call["type"])
    rows = []
    if shown is not None and is_asked:
        rows.append({"data": shown(call), "type": call["type"].lower(), "updateTime": call.stamp(now)})
    return {"code": 200, "msg": "", "snapshotVos": rows}


def spot_data(call: Call) -> dict[str, Any]:
    """Return the spot wallet, valued in BTC."""
    held = [each for each in call.user.spot.holdings.values() if each.total]
    return {
        "balances": [
            {"asset": each.asset, "free": format_amount(each.free), "locked": format_amount(each.locked)}
            for each in held
        ],
        "totalAssetOfBtc": shown_in_btc(call, sum(held_value(call, each) for each in held)),
    }


def margin_data(call: Call) -> dict[str, Any]:
    """Return the cross account, valued in BTC."""
    account = cross_account_or_empty(call)
    view = call.core.risk.view(account)
    assets = call.core.board.assets.values()
    return {
        "marginLevel": shown_level(view.level, account.debts > 0),
        "totalAssetOfBtc": shown_in_btc(call, view.assets),
        "totalLiabilityOfBtc": shown_in_btc(call, view.liabilities),
        "totalNetAssetOfBtc": shown_in_btc(call, view.assets - view.liabilities),
        "userAssets": [asset_row(account, asset) for asset in assets if is_shown(account, asset)],
    }
