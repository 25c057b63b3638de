"""Small balances for BNB (rule 13.6): what may be converted, the conversion, and those of the past."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import WireError
from leverline.api.margin.words import NO_WALLET, word_in_any_case
from leverline.api.parameters import Parameter, optional, symbol, texts_of
from leverline.api.time_window import WINDOW, last_instant
from leverline.engine.commands import ConvertDust
from leverline.history.conversions import DustRecord
from leverline.history.pages import EVER
from leverline.kernel.decimals import RATIO_DECIMALS, format_amount, format_plain
from leverline.kernel.numbers import mul_div_down
from leverline.ledger.wallet import CROSS, SPOT
from leverline.margin.dust import BTC, Dust
from leverline.margin.events import DustConverted
from leverline.market.account import TradingAccount

table = Table()

KINDS: Final = {"SPOT": SPOT, "MARGIN": CROSS}
ACCOUNT_TYPE: Final = optional("accountType", word_in_any_case(*KINDS), "SPOT")
ASSETS_MAX: Final = 100
"""Assets of one conversion."""
ASSETS: Final = Parameter("asset", texts_of(symbol, ASSETS_MAX), is_mandatory=True, is_list=True)
LOG_MAX: Final = 100
"""Conversions that the log shows."""
CONVERT_WEIGHT: Final = 10


@table.add(
    "POST", "/sapi/v1/asset/dust-btc", ACCOUNT_TYPE, security=Security.USER_DATA, weight=1, tag="Wallet"
)  # fmt: skip
def convertible(call: Call) -> dict[str, Any]:
    """Return the small balances of a wallet that may be converted, and what they bring at this moment."""
    return convertible_of(call, KINDS[call["accountType"]])


def convertible_of(call: Call, kind: int) -> dict[str, Any]:
    """Return the small balances of the wallet of a kind."""
    wallet = wallet_of(call, kind)
    found = [] if wallet is None else call.core.dust.listed(wallet)
    return {
        "details": [convertible_row(call, each) for each in found],
        "totalTransferBtc": format_amount(sum(in_btc(call, each) for each in found)),
        "totalTransferBNB": format_amount(sum(each.gross for each in found)),
        "dribbletPercentage": format_plain(call.core.parameters.conversions.dust_charge, RATIO_DECIMALS),
    }


def wallet_of(call: Call, kind: int) -> TradingAccount | None:
    """Return the caller's spot wallet or cross account; None before that is opened."""
    return call.user.spot if kind == SPOT else call.user.cross


def convertible_row(call: Call, dust: Dust) -> dict[str, str]:
    """Return one small balance."""
    asset = call.core.board.assets[dust.holding.asset]
    return {
        "asset": asset.symbol,
        "assetFullName": asset.parameters.name,
        "amountFree": format_amount(dust.amount),
        "toBTC": format_amount(in_btc(call, dust)),
        "toBNB": format_amount(dust.gross),
        "toBNBOffExchange": format_amount(dust.received),
        "exchange": format_amount(dust.charge),
    }


def in_btc(call: Call, dust: Dust) -> int:
    """Return what a small balance is worth in BTC, rounded down."""
    assets = call.core.board.assets
    return mul_div_down(dust.amount, assets[dust.holding.asset].price, assets[BTC].price)


@table.add(
    "POST", "/sapi/v1/asset/dust", ASSETS, ACCOUNT_TYPE,
    security=Security.TRADE, weight=CONVERT_WEIGHT, budget=Budget.SAPI_UID, tag="Wallet",
)  # fmt: skip
async def convert(call: Call) -> dict[str, Any]:
    """Give all that is free of the assets named for BNB: all of them or none. A key that may only read may not."""
    return await convert_of(call, KINDS[call["accountType"]])


async def convert_of(call: Call, kind: int) -> dict[str, Any]:
    """Convert small balances of the wallet of a kind; an asset that is named twice counts once."""
    commit = await call.send(ConvertDust(call.user_id, kind, list(dict.fromkeys(call["asset"]))))
    made = [each for each in commit.events if isinstance(each, DustConverted)]
    return {
        "totalServiceCharge": format_amount(sum(each.charge for each in made)),
        "totalTransfered": format_amount(sum(each.received for each in made)),
        "transferResult": [
            {
                "amount": format_amount(each.amount),
                "fromAsset": each.asset,
                "operateTime": call.stamp(each.time),
                "serviceChargeAmount": format_amount(each.charge),
                "tranId": commit.sequence,
                "transferedAmount": format_amount(each.received),
            }
            for each in made
        ],
    }


@table.add(
    "GET", "/sapi/v1/asset/dribblet", ACCOUNT_TYPE, *WINDOW, security=Security.USER_DATA, weight=1, tag="Wallet"
)  # fmt: skip
async def dust_log(call: Call) -> dict[str, Any]:
    """Return the conversions of a wallet, newest first; the last hundred at most."""
    return await dust_log_of(call, KINDS[call["accountType"]])


async def dust_log_of(call: Call, kind: int) -> dict[str, Any]:
    """Return the conversions of the wallet of a kind."""
    since, until = call["startTime"] or 0, call["endTime"]
    if until is not None and since > until:
        raise WireError(-3011, "Your input date is invalid.")
    wallet = wallet_of(call, kind)
    wallet_id = NO_WALLET if wallet is None else wallet.wallet_id
    last = EVER if until is None else last_instant(until)
    found = await call.services.past.conversions.conversions_of(wallet_id, since, last, LOG_MAX)
    return {"total": len(found), "userAssetDribblets": [conversion_row(call, each) for each in found]}


def conversion_row(call: Call, records: list[DustRecord]) -> dict[str, Any]:
    """Return one conversion with its balances."""
    return {
        "operateTime": call.stamp(records[0].time),
        "totalTransferedAmount": format_amount(sum(each.received for each in records)),
        "totalServiceChargeAmount": format_amount(sum(each.charge for each in records)),
        "transId": records[0].tran_id,
        "userAssetDribbletDetails": [
            {
                "transId": each.tran_id,
                "serviceChargeAmount": format_amount(each.charge),
                "amount": format_amount(each.amount),
                "operateTime": call.stamp(each.time),
                "transferedAmount": format_amount(each.received),
                "fromAsset": each.asset,
                "targetAsset": each.received_asset,
            }
            for each in records
        ],
    }
