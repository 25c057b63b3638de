"""Withdrawals that wait for an operator, and deposits that operators credit."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.withdrawals import cash_row
from leverline.api.own.words import ID_MAX, LIMIT, REASON, USER_ID, words
from leverline.api.parameters import amount, optional, required, symbol, truth, whole
from leverline.identity.cash import CashRequest

table = Table()
TAG: Final = "Operators: cash"
OPERATOR: Final = Security.OPERATOR
REQUEST_ID: Final = required("requestId", whole(1, ID_MAX))


@table.add("GET", "/operator/v1/withdrawals", LIMIT, security=OPERATOR, tag=TAG)
async def waiting(call: Call) -> list[dict[str, Any]]:
    """Return held withdrawals and uncertain requests, oldest first, and whose may not be paid out for now."""
    return [waiting_row(call, each) for each in await call.services.identity.cash.waiting(call.user_id, call["limit"])]


def waiting_row(call: Call, request: CashRequest) -> dict[str, Any]:
    """Return one request that waits; `owesLoan`: a liquidation loan of its user's family bars it (rule 16.5)."""
    return {**cash_row(call, request), "owesLoan": call.core.owes_loan(request.user_id)}


@table.add(
    "POST", "/operator/v1/withdrawals/approve", REQUEST_ID, optional("reason", words(2_000), ""),
    security=OPERATOR, tag=TAG,
)  # fmt: skip
async def approve(call: Call) -> dict[str, Any]:
    """Say that a held withdrawal was paid."""
    cash = call.services.identity.cash
    return cash_row(call, await cash.approve(call.user_id, call["requestId"], call["reason"]))


@table.add("POST", "/operator/v1/withdrawals/refuse", REQUEST_ID, REASON, security=OPERATOR, tag=TAG)
async def refuse(call: Call) -> dict[str, Any]:
    """Refuse a held withdrawal: the money returns to the spot wallet."""
    cash = call.services.identity.cash
    return cash_row(call, await cash.refuse(call.user_id, call["requestId"], call["reason"]))


@table.add(
    "POST", "/operator/v1/withdrawals/resolve", REQUEST_ID, required("wasTaken", truth), REASON,
    security=OPERATOR, tag=TAG,
)  # fmt: skip
async def resolve(call: Call) -> dict[str, Any]:
    """Say whether the engine took an uncertain request, having looked into the journal."""
    cash = call.services.identity.cash
    request = await cash.resolve(call.user_id, call["requestId"], call["wasTaken"], call["reason"])
    return cash_row(call, request)


@table.add(
    "POST", "/operator/v1/deposits", USER_ID, required("asset", symbol), required("amount", amount), REASON,
    security=OPERATOR, tag=TAG,
)  # fmt: skip
async def deposit(call: Call) -> dict[str, Any]:
    """Credit a user's spot wallet."""
    cash, asset = call.services.identity.cash, call.asset().symbol
    request = await cash.deposit(call.user_id, call["userId"], asset, call["amount"], call["reason"])
    return cash_row(call, request)
