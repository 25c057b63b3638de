"""Withdrawals out of the venue: paid at once in a sandbox, held for an operator in production."""

from typing import Any

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.words import LIMIT, words
from leverline.api.parameters import amount, optional, required, symbol
from leverline.identity.cash import CashRequest
from leverline.kernel.decimals import format_amount

table = Table()


@table.add(
    "POST", "/account/v1/withdrawals", required("asset", symbol), required("amount", amount),
    required("address", words(200)), optional("network", words(200), "LEVERLINE"),
    optional("code", words(40), ""),
    security=Security.SESSION, tag="Cash",
)  # fmt: skip
async def withdraw(call: Call) -> dict[str, Any]:
    """Take an amount out of the spot wallet, with a code of the second factor where that is on."""
    await call.services.identity.totp.prove(call.user_id, call["code"])
    cash, asset = call.services.identity.cash, call.asset().symbol
    request = await cash.withdraw(call.user_id, asset, call["amount"], call["address"], call["network"])
    return cash_row(call, request)


@table.add("GET", "/account/v1/withdrawals", LIMIT, security=Security.SESSION, tag="Cash")
async def withdrawals(call: Call) -> list[dict[str, Any]]:
    """Return the user's withdrawals and deposits, newest first."""
    return [cash_row(call, each) for each in await call.services.identity.cash.of_user(call.user_id, call["limit"])]


def cash_row(call: Call, request: CashRequest) -> dict[str, Any]:
    """Return one withdrawal or deposit as it is shown."""
    return {
        "requestId": request.request_id,
        "userId": request.user_id,
        "kind": request.kind.value,
        "asset": request.asset,
        "amount": format_amount(request.amount),
        "address": request.address,
        "network": request.network,
        "state": request.state.value,
        "detail": request.detail,
        "created": call.stamp(request.created),
    }
