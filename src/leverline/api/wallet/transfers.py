"""Transfers between a user's wallets; the first one into a margin account opens it (rule 12.1)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import WireError, mandatory, named_error
from leverline.api.margin.loan_records import CONFIRMED
from leverline.api.margin.windows import PAGED, paged_window
from leverline.api.parameters import amount, optional, required, symbol
from leverline.api.wallet.transfer_types import TransferType, recorded_type, transfer_type
from leverline.engine.commands import OpenMarginAccount, Transfer
from leverline.engine.handlers.funds import first_transfer_refusal
from leverline.history.transfers import TransferRecord
from leverline.kernel.decimals import format_amount
from leverline.kernel.time import DAY
from leverline.ledger.wallet import ISOLATED, SPOT
from leverline.margin.account import MAY_MARGIN

table = Table()


HISTORY_SPAN: Final = 180 * DAY


@table.add(
    "POST", "/sapi/v1/asset/transfer",
    required("type", transfer_type), required("asset", symbol), required("amount", amount),
    optional("fromSymbol", symbol), optional("toSymbol", symbol),
    security=Security.MARGIN, weight=300, budget=Budget.SAPI_UID, tag="Wallet",
)  # fmt: skip
async def universal_transfer(call: Call) -> dict[str, int]:
    """Move free funds between two wallets of the caller."""
    kind: TransferType = call["type"]
    source_pair = pair_for(call, kind.source, "fromSymbol")
    target_pair = pair_for(call, kind.target, "toSymbol")
    return await move(call, kind.source, kind.target, source_pair, target_pair)


def pair_for(call: Call, kind: int, name: str) -> str:
    """Return the pair of an isolated wallet, which the parameter `name` must name; empty for other wallets."""
    if kind != ISOLATED:
        return ""
    if call[name] is None:
        raise mandatory(name)
    return call.pair(name).symbol


async def move(call: Call, source: int, target: int, source_pair: str = "", target_pair: str = "") -> dict[str, int]:
    """Transfer the call's asset and amount and return the number of the transaction."""
    if call["amount"] <= 0:
        raise WireError(-5007, "Quantity must be greater than zero.")
    command = Transfer(
        call.user_id, call.asset().symbol, call["amount"], source, target, source_pair, target_pair
    )  # fmt: skip
    await open_target(call, command)
    commit = await call.send(command)
    return {"tranId": commit.sequence}


async def open_target(call: Call, command: Transfer) -> None:
    """Open the margin account that a transfer goes into, if it is the first and will be taken.

    A user without the permission is told so by the command itself, whatever else is wrong.
    """
    user = call.user
    kind, pair = command.target, command.target_pair
    if kind == SPOT or user.margin_account(kind, pair) is not None:
        return
    if user.permissions & MAY_MARGIN:
        refusal = first_transfer_refusal(call.core, command)
        if refusal is not None:
            raise named_error(refusal)
    try:
        await call.send(OpenMarginAccount(user.user_id, kind, pair))
    except WireError:
        # Of two first transfers at once, the other may have opened it.
        if user.margin_account(kind, pair) is None:
            raise


@table.add(
    "GET", "/sapi/v1/asset/transfer", required("type", recorded_type),
    optional("fromSymbol", symbol), optional("toSymbol", symbol), *PAGED,
    security=Security.USER_DATA, weight=1, tag="Wallet",
)  # fmt: skip
async def transfer_history(call: Call) -> dict[str, Any]:
    """Return transfers of one type, newest first, of the last seven days by default."""
    kind: TransferType | None = call["type"]
    if kind is None:
        return {"total": 0, "rows": []}
    source_pair = "" if call["fromSymbol"] is None else call.pair("fromSymbol").symbol
    target_pair = "" if call["toSymbol"] is None else call.pair("toSymbol").symbol
    page = await call.services.past.transfers.between(
        call.user_id, paged_window(call, HISTORY_SPAN), kind.source, kind.target, source_pair, target_pair
    )
    return {"total": page.total, "rows": [history_row(call, each, kind.name) for each in page.rows]}


def history_row(call: Call, record: TransferRecord, name: str) -> dict[str, Any]:
    """Return one transfer."""
    return {
        "asset": record.asset,
        "amount": format_amount(record.amount),
        "type": name,
        "status": CONFIRMED,
        "tranId": record.tran_id,
        "timestamp": call.stamp(record.time),
    }
