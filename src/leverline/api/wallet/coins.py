"""The coins of the venue with the caller's balances, and what moves in and out of the venue by which network."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.margin.words import ASSET
from leverline.kernel.decimals import format_amount, format_plain
from leverline.ledger.wallet import Holding
from leverline.market.asset import Asset

table = Table()

ZERO: Final = "0"
NETWORK: Final = "LEVERLINE"
"""The one network: the venue books deposits and withdrawals itself."""
STEP: Final = format_plain(1)
"""The smallest amount."""


@table.add("GET", "/sapi/v1/capital/config/getall", security=Security.USER_DATA, weight=10, tag="Wallet")
def coins(call: Call) -> list[dict[str, Any]]:
    """Return all coins with balances and networks."""
    return [coin_row(call, asset) for asset in call.core.board.assets.values()]


def coin_row(call: Call, asset: Asset) -> dict[str, Any]:
    """Return one coin."""
    spot = call.user.spot
    holding = spot.holdings.get(asset.symbol) or Holding(spot, asset.symbol)
    return {
        "coin": asset.symbol,
        "depositAllEnable": True,
        "withdrawAllEnable": True,
        "name": asset.parameters.name,
        "free": format_plain(holding.free),
        "locked": format_plain(holding.locked),
        "freeze": ZERO,
        "withdrawing": ZERO,
        "ipoing": ZERO,
        "ipoable": ZERO,
        "storage": ZERO,
        "isLegalMoney": False,
        "trading": True,
        "networkList": [network_row(asset)],
    }


def network_row(asset: Asset) -> dict[str, Any]:
    """Return the one network of a coin."""
    return {
        "network": NETWORK,
        "coin": asset.symbol,
        "withdrawIntegerMultiple": STEP,
        "isDefault": True,
        "depositEnable": True,
        "withdrawEnable": True,
        "depositDesc": "",
        "withdrawDesc": "",
        "specialTips": "",
        "specialWithdrawTips": "",
        "name": "Leverline",
        "resetAddressStatus": False,
        "addressRegex": "",
        "memoRegex": "",
        "withdrawFee": ZERO,
        "withdrawMin": STEP,
        "withdrawMax": "9999999999.99999999",
        "withdrawInternalMin": STEP,
        "depositDust": STEP,
        "minConfirm": 1,
        "unLockConfirm": 0,
        "sameAddress": False,
        "withdrawTag": False,
        "estimatedArrivalTime": 0,
        "busy": False,
        "contractAddressUrl": "",
        "contractAddress": "",
        "denomination": 1,
    }


@table.add("GET", "/sapi/v1/asset/assetDetail", ASSET, security=Security.USER_DATA, weight=1, tag="Wallet")
def asset_details(call: Call) -> dict[str, Any]:
    """Return terms of deposit and withdrawal by asset."""
    asked = call.core.board.assets.values() if call["asset"] is None else [call.asset()]
    return {
        asset.symbol: {
            "minWithdrawAmount": format_amount(1),
            "depositStatus": True,
            "withdrawFee": 0,
            "withdrawStatus": True,
            "depositTip": "",
        }
        for asset in asked
    }
