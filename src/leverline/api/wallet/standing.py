"""The venue's state, and the caller's: status, products, permissions of the key, fees."""

from typing import Any

from leverline.api.call import Call
from leverline.api.delistings import spot_schedule
from leverline.api.endpoint import Security, Table
from leverline.api.margin.words import SYMBOL
from leverline.identity.keys import ALL_PERMISSIONS, KeyPermission
from leverline.kernel.decimals import RATIO_DECIMALS, format_plain

table = Table()


@table.add("GET", "/sapi/v1/system/status", weight=1, tag="Wallet")
def system_status(_call: Call) -> dict[str, Any]:
    """Return 0 for normal: a venue under maintenance does not answer at all."""
    return {"status": 0, "msg": "normal"}


@table.add("GET", "/sapi/v1/account/status", security=Security.USER_DATA, weight=1, tag="Wallet")
def account_status(call: Call) -> dict[str, str]:
    """Return the account's status in a word."""
    return {"data": "Locked" if call.user.is_suspended else "Normal"}


@table.add("GET", "/sapi/v1/account/info", security=Security.USER_DATA, weight=1, tag="Wallet")
def account_info(call: Call) -> dict[str, Any]:
    """Return VIP level and products in use."""
    return {
        "vipLevel": call.user.vip_level,
        "isMarginEnabled": bool(call.user.margin_accounts()),
        "isFutureEnabled": False,
        "isOptionsEnabled": False,
        "isPortfolioMarginRetailEnabled": False,
    }


@table.add("GET", "/sapi/v1/account/apiTradingStatus", security=Security.USER_DATA, weight=1, tag="Wallet")
def trading_status(call: Call) -> dict[str, Any]:
    """Return whether trading by key is locked: only with the account itself."""
    return {
        "data": {
            "isLocked": call.user.is_suspended,
            "plannedRecoverTime": 0,
            "triggerCondition": {"GCR": 150, "IFER": 150, "UFR": 300},
            "updateTime": 0,
        }
    }


@table.add("GET", "/sapi/v1/account/apiRestrictions", security=Security.USER_DATA, weight=1, tag="Wallet")
def key_permissions(call: Call) -> dict[str, Any]:
    """Return what the caller's key may do; a browser session may do all."""
    key = call.key
    may = ALL_PERMISSIONS if key is None else key.permissions
    return {
        "ipRestrict": key is not None and key.is_bound,
        "createTime": 0 if key is None else call.stamp(key.created),
        "enableReading": KeyPermission.READ in may,
        "enableWithdrawals": KeyPermission.WITHDRAWAL in may,
        "enableInternalTransfer": False,
        "enableMargin": KeyPermission.MARGIN in may,
        "enableFutures": False,
        "permitsUniversalTransfer": KeyPermission.MARGIN in may,
        "enableVanillaOptions": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
        "enableSpotAndMarginTrading": KeyPermission.TRADE in may,
        "enablePortfolioMarginTrading": False,
    }


@table.add("GET", "/sapi/v1/asset/tradeFee", SYMBOL, security=Security.USER_DATA, weight=1, tag="Wallet")
def trade_fees(call: Call) -> list[dict[str, str]]:
    """Return the caller's commission in each pair, before any discount for BNB (rule 9.1)."""
    user = call.user
    maker, taker = (format_plain(fee, RATIO_DECIMALS) for fee in (user.maker_fee, user.taker_fee))
    asked = call.core.exchange.pairs.values() if call["symbol"] is None else [call.pair()]
    return [{"symbol": pair.symbol, "makerCommission": maker, "takerCommission": taker} for pair in asked]


@table.add("GET", "/sapi/v1/spot/delist-schedule", weight=100, tag="Wallet")
def spot_delist_schedule(call: Call) -> list[dict[str, Any]]:
    """Return the delistings to come (rule 13.2)."""
    return spot_schedule(call)
