"""What a statement lists: fills in all pairs, transfers in all directions. The wire has a list for each of them."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.windows import PAGED, paged_window
from leverline.api.margin.words import SYMBOL, wallet_id_at
from leverline.api.own.preview import ACCOUNT_TYPES
from leverline.api.parameters import optional, word_of
from leverline.history.fills import AccountTrade
from leverline.history.transfers import TransferRecord
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import ISOLATED, SPOT

table = Table()
ACCOUNT_NAMES: Final = {kind: name for name, kind in ACCOUNT_TYPES.items()}
SIDES: Final = {True: "BUY", False: "SELL"}


@table.add(
    "GET", "/account/v1/trades", optional("accountType", word_of(ACCOUNT_TYPES), SPOT), SYMBOL, *PAGED,
    security=Security.USER_DATA, weight=20, budget=Budget.SAPI_IP, tag="Account",
)  # fmt: skip
async def trades(call: Call) -> dict[str, Any]:
    """Return the fills of the spot wallet, the cross account or a pair's isolated account, newest first."""
    page = await call.services.past.account_trades.page(wallet_of(call), paged_window(call))
    return {"rows": [trade_row(call, each) for each in page.rows], "total": page.total}


def wallet_of(call: Call) -> int:
    """Return the wallet that a call names; 0, which is nobody's, for an account that is not open."""
    if call["accountType"] == SPOT:
        return call.user.spot.wallet_id
    pair = call.pair().symbol if call["accountType"] == ISOLATED else ""
    return wallet_id_at(call, (call["accountType"], pair))


def trade_row(call: Call, trade: AccountTrade) -> dict[str, Any]:
    """Return one fill."""
    return {
        "id": trade.trade_id,
        "orderId": trade.order_id,
        "time": call.stamp(trade.time),
        "symbol": trade.pair,
        "side": SIDES[trade.is_buyer],
        "price": format_amount(trade.price),
        "qty": format_amount(trade.quantity),
        "quoteQty": format_amount(trade.quote),
        "commission": format_amount(trade.commission),
        "commissionAsset": trade.commission_asset,
        "isMaker": trade.is_maker,
    }


@table.add(
    "GET", "/account/v1/transfers", *PAGED, security=Security.USER_DATA, weight=1, budget=Budget.SAPI_IP,
    tag="Account",
)  # fmt: skip
async def transfers(call: Call) -> dict[str, Any]:
    """Return the caller's transfers between any two of his wallets, newest first."""
    page = await call.services.past.transfers.all_of(call.user_id, paged_window(call))
    return {"rows": [transfer_row(call, each) for each in page.rows], "total": page.total}


def transfer_row(call: Call, record: TransferRecord) -> dict[str, Any]:
    """Return one transfer with both of its ends; an isolated one has its pair."""
    return {
        "tranId": record.tran_id,
        "time": call.stamp(record.time),
        "asset": record.asset,
        "amount": format_amount(record.amount),
        "from": {"accountType": ACCOUNT_NAMES[record.source_kind], "symbol": record.source_pair},
        "to": {"accountType": ACCOUNT_NAMES[record.target_kind], "symbol": record.target_pair},
    }
