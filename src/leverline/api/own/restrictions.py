"""What holds users back for the time being: the withdrawal gate, bans on concentrations, restricted assets."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.margin.windows import PAGED, paged_window
from leverline.api.own.operator_commands import carry_out
from leverline.api.own.words import DONE, REASON
from leverline.api.parameters import required, symbol, truth
from leverline.engine.commands import RestrictAsset
from leverline.history import restraints
from leverline.history.restraints import PUBLIC, RestraintRecord
from leverline.identity.audit import Act
from leverline.kernel.decimals import format_amount
from leverline.liquidation.gate import NEGATIVE_ACCOUNT, OPEN, VENUE_DEFICIT
from leverline.margin.concentration_bans import Ban

table = Table()
TAG: Final = "Operators: market"
RESTRAINT_WORDS: Final = {
    restraints.GATE: "withdrawalGate",
    restraints.LONG_BAN: "longBan",
    restraints.SHORT_BAN: "shortBan",
    restraints.CLOSED_FOR_LONGS: "closedForLongs",
    restraints.OVER_CAP: "overCollateralCap",
}
GATE_CAUSES: Final = {OPEN: None, NEGATIVE_ACCOUNT: "negativeAccount", VENUE_DEFICIT: "venueDeficit"}


@table.add(
    "GET", "/public/v1/withdrawal-gate", security=Security.NONE, weight=1, budget=Budget.SAPI_IP,
    tag="Insurance fund",
)  # fmt: skip
def withdrawal_gate(call: Call) -> dict[str, Any]:
    """Return whether transfers out of margin and withdrawals pause (rule 11.10), since when and why."""
    gate = call.core.gate
    return {
        "isClosed": gate.is_closed,
        "cause": GATE_CAUSES[gate.cause],
        "since": call.stamp(gate.closed_since) if gate.is_closed else None,
    }


@table.add("GET", "/account/v1/restrictions", security=Security.USER_DATA, tag="Account")
def user_restrictions(call: Call) -> dict[str, Any]:
    """Return the bans on the user's concentrated positions (rule 13.1) and whether withdrawals pause."""
    bans = call.core.risk.limits.bans
    return {
        "concentrationBans": [ban_row(call, ban) for ban in bans.of(call.user)],
        "withdrawalGate": withdrawal_gate(call),
    }


def ban_row(call: Call, ban: Ban) -> dict[str, Any]:
    """Return one ban, with what the position was when it began and is now."""
    bans = call.core.risk.limits.bans
    present = bans.position(call.core.users[ban.user_id], ban.asset, ban.is_long)
    return {
        "asset": ban.asset,
        "side": "LONG" if ban.is_long else "SHORT",
        "since": call.stamp(ban.since),
        "positionAtBegin": format_amount(ban.position),
        "position": format_amount(present),
    }


@table.add(
    "GET", "/account/v1/restrictions/history", *PAGED, security=Security.USER_DATA, tag="Account",
)  # fmt: skip
async def ban_history(call: Call) -> dict[str, Any]:
    """Return when bans on concentrated positions of the user, and of his family, began and ended; newest first."""
    return await history_of(call, call.user.parent_id or call.user_id)


@table.add(
    "GET", "/public/v1/withdrawal-gate/history", *PAGED, security=Security.NONE, weight=100, budget=Budget.SAPI_IP,
    tag="Insurance fund",
)  # fmt: skip
async def public_history(call: Call) -> dict[str, Any]:
    """Return when withdrawals paused and assets were restricted, and when that ended; newest first."""
    return await history_of(call, PUBLIC)


async def history_of(call: Call, owner: int) -> dict[str, Any]:
    """Return a page of records of one user, or of the public."""
    page = await call.services.past.restraints.page(owner, paged_window(call))
    return {"rows": [restraint_row(call, each) for each in page.rows], "total": page.total}


def restraint_row(call: Call, record: RestraintRecord) -> dict[str, Any]:
    """Return one begin or end."""
    row: dict[str, Any] = {
        "time": call.stamp(record.time), "what": RESTRAINT_WORDS[record.kind], "isBegin": record.is_begin,
    }  # fmt: skip
    if record.kind == restraints.GATE:
        return row | {"cause": GATE_CAUSES[record.cause]}
    row["asset"] = record.asset
    if record.kind in (restraints.LONG_BAN, restraints.SHORT_BAN) and record.is_begin:
        row |= {"position": format_amount(record.amount), "value": format_amount(record.value)}
    return row


@table.add("GET", "/operator/v1/restrictions", security=Security.OPERATOR, tag=TAG)
def all_restrictions(call: Call) -> dict[str, Any]:
    """Return gate, bans of all users, and restricted assets; `topUp` is what `fund/top-up` must bring to open the gate.

    With an empty fund and no bid for what the liquidation account holds nothing else opens it but prices (rule 11.10).
    """
    core = call.core
    gate = core.gate
    missing, fund = gate.missing(), gate.fund.value()
    kept = core.risk.restrictions
    return {
        "withdrawalGate": {
            **withdrawal_gate(call),
            "accountsInLiquidation": len(core.liquidator.accounts),
            "missing": format_amount(missing),
            "fund": format_amount(fund),
            "topUp": format_amount(max(missing - fund, 0)),
        },
        "concentrationBans": [{"userId": ban.user_id, **ban_row(call, ban)} for ban in core.risk.limits.bans.in_force],
        "closedForLongs": {asset: call.stamp(since) for asset, since in kept.long_closed.items()},
        "overCollateralCap": [asset.symbol for asset in core.board.assets.values() if kept.is_over_cap(asset)],
    }


@table.add(
    "POST", "/operator/v1/asset/restrict", required("asset", symbol), required("isRestricted", truth), REASON,
    security=Security.OPERATOR, tag=TAG,
)  # fmt: skip
async def restrict(call: Call) -> dict[str, bool]:
    """Close an asset for longs with borrowed funds, or open it again (rule 13.8)."""
    asset, is_restricted = call.asset().symbol, call["isRestricted"]
    detail = f"{asset} {'closed' if is_restricted else 'open'} for longs"
    await carry_out(call, Act.RESTRICT_ASSET, RestrictAsset(asset, is_restricted), detail)
    return DONE
