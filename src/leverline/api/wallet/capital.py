"""Money in and out of the venue: deposits as they were booked, withdrawals by request."""

from datetime import UTC, datetime
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import UNAVAILABLE, WireError, invalid, named_error
from leverline.api.margin.windows import PAYMENT_DAYS, span_in_days
from leverline.api.own.words import words
from leverline.api.parameters import amount, number, optional, required, symbol, text, texts_of, truth, whole
from leverline.api.time_window import WINDOW
from leverline.api.wallet.coins import NETWORK
from leverline.history.pages import EVER, Window
from leverline.history.transfers import PaymentRecord
from leverline.identity.cash import CashKind, CashRequest, CashState
from leverline.identity.faults import Fault, IdentityFault
from leverline.kernel.decimals import format_plain
from leverline.kernel.time import SECOND
from leverline.rulebook.refusals import Refusal

table = Table()

DEPOSIT_DONE: Final = 1
WITHDRAWAL_DONE: Final = 6
WITHDRAWAL_STATES: Final = {
    CashState.SENDING: 4,
    CashState.HELD: 2,
    CashState.PAID: WITHDRAWAL_DONE,
    CashState.RETURNING: 3,
    CashState.RETURNED: 3,
    CashState.FAILED: 5,
    CashState.UNCERTAIN: 4,
}
"""2 awaits approval, 3 was refused, 4 is under way, 5 failed, 6 is done."""
DEPOSITS_MAX: Final = 10**6
"""So many are looked through for one by its id."""
REQUESTS_MAX: Final = 1_000
"""Withdrawals and deposits by operators looked at, newest first."""
SPOT_WALLET: Final = 0
COIN: Final = optional("coin", symbol)
STATUS: Final = optional("status", number)
OFFSET: Final = optional("offset", number, 0)
LIMIT: Final = optional("limit", whole(1, 1_000, is_cut=True), 1_000)
IDS_MAX: Final = 45
"""Withdrawals that may be asked for by number at once."""
IDS: Final = optional("idList", texts_of(text, IDS_MAX))


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
async def deposits(call: Call) -> list[dict[str, Any]]:
    """Return deposits, newest first; 90 days at most."""
    coin = "" if call["coin"] is None else call.asset("coin").symbol
    since, until = span_in_days(call, PAYMENT_DAYS)
    if call["status"] not in (None, DEPOSIT_DONE):
        return []
    size = call["offset"] + call["limit"] if call["txId"] is None else DEPOSITS_MAX
    page = await call.services.past.transfers.payments_of(call.user_id, True, Window(since, until, 1, size), coin)
    found = [each for each in page.rows if call["txId"] in (None, str(each.tran_id))]
    first = call["offset"]
    return [deposit_row(call, each) for each in found[first : first + call["limit"]]]


def deposit_row(call: Call, record: PaymentRecord) -> dict[str, Any]:
    """Return one deposit; its source, on request, is the venue itself."""
    row = {
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
    return row | {"sourceAddress": ""} if call["includeSource"] else row


@table.add(
    "POST", "/sapi/v1/capital/withdraw/apply",
    required("coin", symbol), required("address", text), required("amount", amount), optional("withdrawOrderId", text),
    optional("network", symbol), optional("addressTag", text), optional("transactionFeeFlag", truth, False),
    optional("name", text), optional("walletType", number), optional("code", words(40), ""),
    security=Security.WITHDRAWAL, weight=900, budget=Budget.SAPI_UID, tag="Wallet",
)  # fmt: skip
async def withdraw(call: Call) -> dict[str, str]:
    """Ask for a withdrawal from the spot wallet: paid at once in a sandbox, approved by an operator in production.

    A browser session sends the `code` of its second factor; a key needs none.
    """
    if call["network"] not in (None, NETWORK):
        raise invalid("network")
    if call["amount"] <= 0:
        raise WireError(-5007, "Quantity must be greater than zero.")
    coin = call.asset("coin").symbol
    if call.key is None:
        await call.services.identity.totp.prove(call.user_id, call["code"])
    try:
        request = await call.services.identity.cash.withdraw(
            call.user_id, coin, call["amount"], call["address"], NETWORK, call["withdrawOrderId"] or ""
        )
    except IdentityFault as fault:
        raise withdrawal_error(fault) from fault
    return {"id": str(request.request_id)}


def withdrawal_error(fault: IdentityFault) -> WireError:
    """Return the wire's error for a withdrawal that was refused: the venue's own refusal where it was that."""
    refusal = Refusal.__members__.get(fault.words.partition(":")[0])
    if fault.fault is Fault.VENUE_REFUSED and refusal is not None:
        return named_error(refusal)
    if fault.fault is Fault.CASH_UNSETTLED:
        return WireError(-5012, "Asset transfer is in pending.")
    if fault.fault is Fault.VENUE_UNAVAILABLE:
        return WireError(-1004, "Server is busy, please wait and try again", UNAVAILABLE)
    return WireError(-3026, "Your input param is invalid.")


@table.add(
    "GET", "/sapi/v1/capital/withdraw/history",
    COIN, optional("withdrawOrderId", text), STATUS, OFFSET, LIMIT, IDS, *WINDOW,
    security=Security.USER_DATA, weight=18_000, budget=Budget.SAPI_UID_SECOND, tag="Wallet",
)  # fmt: skip
async def withdrawals(call: Call) -> list[dict[str, Any]]:
    """Return withdrawals, newest first; a window has 90 days at most.

    Without one all are looked at: requests bear the machine's time, which a driven venue is ahead of.
    """
    since, until = 0, EVER
    if call["startTime"] is not None or call["endTime"] is not None:
        since, until = span_in_days(call, PAYMENT_DAYS)
    coin = None if call["coin"] is None else call.asset("coin").symbol
    found = [
        each
        for each in await call.services.identity.cash.of_user(call.user_id, REQUESTS_MAX)
        if each.kind == CashKind.WITHDRAWAL
        and since <= each.created <= until
        and coin in (None, each.asset)
        and call["status"] in (None, WITHDRAWAL_STATES[each.state])
        and call["withdrawOrderId"] in (None, each.name)
        and (call["idList"] is None or str(each.request_id) in call["idList"])
    ]
    first = call["offset"]
    return [withdrawal_row(each) for each in found[first : first + call["limit"]]]


def withdrawal_row(request: CashRequest) -> dict[str, Any]:
    """Return one withdrawal."""
    state = WITHDRAWAL_STATES[request.state]
    return {
        "id": str(request.request_id),
        "amount": format_plain(request.amount),
        "transactionFee": "0",
        "coin": request.asset,
        "status": state,
        "address": request.address,
        "txId": str(request.request_id),
        "applyTime": shown_moment(request.created),
        "network": request.network,
        "transferType": 0,
        "withdrawOrderId": request.name,
        "info": request.detail,
        "confirmNo": 1 if state == WITHDRAWAL_DONE else 0,
        "walletType": SPOT_WALLET,
        "txKey": "",
        "completeTime": shown_moment(request.created) if state == WITHDRAWAL_DONE else "",
    }


def shown_moment(time: int) -> str:
    """Return a time as withdrawals show it: UTC to the second."""
    return datetime.fromtimestamp(time // SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S")
