"""Delistings as operators plan them, and as they stand (rule 13.2)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import WireError, mandatory
from leverline.api.own.operator_commands import carry_out
from leverline.api.own.operator_risk import permit
from leverline.api.own.surveys import surveys_of
from leverline.api.own.words import DONE, ID_MAX, REASON
from leverline.api.parameters import optional, required, symbol, whole
from leverline.engine.commands import AnnounceDelisting, WithdrawDelisting
from leverline.engine.engine import Engine
from leverline.identity.audit import Act
from leverline.kernel.time import MILLISECOND
from leverline.liquidation.delisting import COMING, GONE, REMOVING, Delisting

table = Table()
TAG: Final = "Operators: delistings"
OPERATOR: Final = Security.OPERATOR
STATE_NAMES: Final = {COMING: "COMING", REMOVING: "REMOVING", GONE: "GONE"}


@table.add("GET", "/operator/v1/delistings", security=OPERATOR, tag=TAG)
async def delistings(call: Call) -> list[dict[str, Any]]:
    """Return all delistings, those that are over included, with the accounts that hold or owe what goes.

    Where these cannot be counted now, those of delistings still to come are null.
    """
    await permit(call)
    coming = [each.name for each in call.core.delistings.delistings.values() if each.state == COMING]
    counts = await counted(call, coming) if coming else {}
    return [row(call, each, counts) for each in call.core.delistings.delistings.values()]


async def counted(call: Call, coming: list[str]) -> dict[str, int] | None:
    """Return how many accounts each delisting to come concerns, or None where no copy of the venue can count them."""
    try:
        view = await surveys_of(call).get("delistings " + " ".join(coming), concerned)
    except WireError:
        return None
    found: dict[str, int] = view["accounts"]
    return found


def row(call: Call, delisting: Delisting, counts: dict[str, int] | None) -> dict[str, Any]:
    """Return one delisting; while it is removed, `accounts` are still to be settled, before that as lately counted."""
    desk = call.core.delistings
    concerns = None if counts is None else counts.get(delisting.name, 0)
    return {
        "asset": None if delisting.is_pair else delisting.name,
        "symbol": delisting.name if delisting.is_pair else None,
        "symbols": [pair.symbol for pair in desk.pairs_of(delisting)],
        "state": STATE_NAMES[delisting.state],
        "announced": call.stamp(delisting.announced),
        "borrowStopTime": call.stamp(delisting.borrow_stop),
        "transferStopTime": call.stamp(delisting.transfer_stop),
        "removalTime": call.stamp(delisting.removal),
        "accounts": concerns if delisting.state == COMING else len(delisting.queue),
    }


def concerned(engine: Engine) -> dict[str, Any]:
    """Return how many accounts hold or owe what goes: a walk through all accounts, for each that is still to come."""
    desk = engine.core.delistings
    coming = [each for each in desk.delistings.values() if each.state == COMING]
    return {"accounts": {each.name: len(desk.concerned(each)) for each in coming}}


@table.add(
    "POST", "/operator/v1/delisting", optional("asset", symbol), optional("symbol", symbol),
    required("removalTime", whole(0, ID_MAX)), optional("borrowStopTime", whole(0, ID_MAX), 0),
    optional("transferStopTime", whole(0, ID_MAX), 0), REASON, security=OPERATOR, tag=TAG,
)  # fmt: skip
async def announce(call: Call) -> dict[str, bool]:
    """Announce the delisting of an asset with all its pairs, or of one pair; a stop without a time is at once."""
    if (call["asset"] is None) == (call["symbol"] is None):
        raise mandatory("asset" if call["symbol"] is None else "symbol")
    is_pair = call["symbol"] is not None
    name = call.pair().symbol if is_pair else call.asset().symbol
    removal, borrow_stop, transfer_stop = (
        call[time] * MILLISECOND for time in ("removalTime", "borrowStopTime", "transferStopTime")
    )
    command = AnnounceDelisting(name, is_pair, removal, borrow_stop, transfer_stop)
    await carry_out(call, Act.ANNOUNCE_DELISTING, command, f"{name} is removed at {call['removalTime']}")
    return DONE


@table.add("POST", "/operator/v1/delisting/withdraw", required("name", symbol), REASON, security=OPERATOR, tag=TAG)
async def withdraw(call: Call) -> dict[str, bool]:
    """Take back the delisting of an asset or a pair, named as it was announced, before its removal begins."""
    await carry_out(call, Act.WITHDRAW_DELISTING, WithdrawDelisting(call["name"]), call["name"])
    return DONE
