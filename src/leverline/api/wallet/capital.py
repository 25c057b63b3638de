"""Money in and out of the venue: deposits as they were booked, withdrawals by request."""

from datetime import UTC, datetime
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import WireError, invalid
from leverline.api.margin.windows import LIMIT, PAYMENT_DAYS, span_in_days
from leverline.api.parameters import amount, number, optional, required, symbol, text, truth
from leverline.api.time_window import WINDOW
from leverline.api.wallet.coins import NETWORK
from leverline.engine.commands import Withdraw
from leverline.history.pages import Window
from leverline.history.transfers import PaymentRecord
from leverline.kernel.decimals import format_plain
from leverline.kernel.time import SECOND

table = Table()

DEPOSIT_DONE: Final = 1
WITHDRAWAL_DONE: Final = 6
SPOT_WALLET: Final = 0
COIN: Final = optional("coin", symbol)
STATUS: Final = optional("status", number)
OFFSET: Final = optional("offset", number, 0)


@table.add(
    "GET", "/sapi/v1/capital/deposit/address",
    required("coin", symbol), optional("network", symbol), optional("amount", amount),
    security=Security.USER_DATA, weight=10, tag="Wallet",
)  # fmt: skip
def deposit_address(call: Call) -> dict[str, str]:
    """Return the caller's address: his number, by which an operator or the faucet books a deposit."""
    if call["network"] not in (None, NETWORK):
        raise invalid("network")
    return {"address": address_of(call), "coin": call.asset("coin").symbol, "tag": "", "url": ""}


def address_of(call: Call) -> str:
    """Return the address of the caller in the venue's own network."""
    return f"leverline-{call.user_id}"


@table.add(
    "GET", "/sapi/v1/capital/deposit/hisrec",
    optional("includeSource", truth, False), COIN, STATUS, *WINDOW, OFFSET, LIMIT, optional("txId", text),
    security=Security.USER_DATA, weight=1, tag="Wallet",
)  # fmt: skip
def deposits(call: Call) -> list[dict[str, Any]]:
    """Return deposits, newest first; 90 days at most."""
    if call["status"] not in (None, DEPOSIT_DONE):
        return []
    return [deposit_row(call, each) for each in payments(call, True) if call["txId"] in (None, str(each.tran_id))]


def payments(call: Call, is_deposit: bool) -> list[PaymentRecord]:
    """Return the payments that a call asks for."""
    coin = "" if call["coin"] is None else call.asset("coin").symbol
    since, until = span_in_days(call, PAYMENT_DAYS)
    everything = Window(since, until, 1, call["offset"] + call["limit"])
    page = call.services.history.transfers.payments_of(call.user_id, is_deposit, everything, coin)
    return page.rows[call["offset"] :]


def deposit_row(call: Call, record: PaymentRecord) -> dict[str, Any]:
    """Return one deposit."""
    return {
        "id": str(record.tran_id),
        "amount": format_plain(record.amount),
        "coin": record.asset,
        "network": NETWORK,
        "status": DEPOSIT_DONE,
        "address": address_of(call),
        "addressTag": "",
        "txId": str(record.tran_id),
        "insertTime": call.stamp(record.time),
        "completeTime": call.stamp(record.time),
        "transferType": 0,
        "confirmTimes": "1/1",
        "unlockConfirm": 0,
        "walletType": SPOT_WALLET,
        "travelRuleStatus": 0,
    }


@table.add(
    "POST", "/sapi/v1/capital/withdraw/apply",
    required("coin", symbol), required("address", text), required("amount", amount), optional("withdrawOrderId", text),
    optional("network", symbol), optional("addressTag", text), optional("transactionFeeFlag", truth, False),
    optional("name", text), optional("walletType", number),
    security=Security.MARGIN, weight=900, budget=Budget.SAPI_UID, tag="Wallet",
)  # fmt: skip
async def withdraw(call: Call) -> dict[str, str]:
    """Withdraw from the spot wallet: at once in a sandbox."""
    if call["network"] not in (None, NETWORK):
        raise invalid("network")
    if call["amount"] <= 0:
        raise WireError(-5007, "Quantity must be greater than zero.")
    if not call.services.is_sandbox:
        raise WireError(-1020, "This operation is not supported.")
    commit = await call.send(Withdraw(call.user_id, call.asset("coin").symbol, call["amount"]))
    return {"id": str(commit.sequence)}


@table.add(
    "GET", "/sapi/v1/capital/withdraw/history",
    COIN, optional("withdrawOrderId", text), STATUS, OFFSET, LIMIT, optional("idList", text), *WINDOW,
    security=Security.USER_DATA, weight=18_000, budget=Budget.SAPI_UID, tag="Wallet",
)  # fmt: skip
def withdrawals(call: Call) -> list[dict[str, Any]]:
    """Return withdrawals, newest first; 90 days at most."""
    if call["status"] not in (None, WITHDRAWAL_DONE):
        return []
    ids = None if call["idList"] is None else call["idList"].split(",")
    return [withdrawal_row(call, each) for each in payments(call, False) if ids is None or str(each.tran_id) in ids]


def withdrawal_row(call: Call, record: PaymentRecord) -> dict[str, Any]:
    """Return one withdrawal."""
    moment = shown_moment(record.time)
    return {
        "id": str(record.tran_id),
        "amount": format_plain(record.amount),
        "transactionFee": "0",
        "coin": record.asset,
        "status": WITHDRAWAL_DONE,
        "address": "",
        "txId": str(record.tran_id),
        "applyTime": moment,
        "network": NETWORK,
        "transferType": 0,
        "withdrawOrderId": "",
        "info": "",
        "confirmNo": 1,
        "walletType": SPOT_WALLET,
        "txKey": "",
        "completeTime": moment,
    }


def shown_moment(time: int) -> str:
    """Return a time as withdrawals show it: UTC to the second."""
    return datetime.fromtimestamp(time // SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S")
