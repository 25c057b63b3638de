"""What operators may do to the market and to the house's money: pair status, pools, insurance fund, borrowing."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.operator_commands import carry_out
from leverline.api.own.words import DONE, REASON, signed_amount
from leverline.api.parameters import amount, required, symbol, word_of
from leverline.engine.commands import HouseDeposit, ResumeBorrowing, SetPairStatus, SupplyPool, TopUpFund
from leverline.identity.audit import Act
from leverline.kernel.decimals import format_amount
from leverline.market import terms

table = Table()
TAG: Final = "Operators: market"
OPERATOR: Final = Security.OPERATOR
STATUSES: Final = {
    "TRADING": terms.TRADING,
    "HALT": terms.HALTED,
    "CANCEL_ONLY": terms.CANCEL_ONLY,
    "REDUCE_ONLY": terms.REDUCE_ONLY,
}
HELD_BACK: Final = (terms.HALTED, terms.CANCEL_ONLY, terms.REDUCE_ONLY)
STATUS_NAMES: Final = terms.PAIR_STATUS_NAMES
ASSET: Final = required("asset", symbol)


@table.add("GET", "/operator/v1/pairs", security=OPERATOR, tag=TAG)
def pairs(call: Call) -> dict[str, str]:
    """Return the status of every pair."""
    return {pair.symbol: STATUS_NAMES[pair.status] for pair in call.core.exchange.pairs.values()}


@table.add(
    "POST", "/operator/v1/pair/status", required("symbol", symbol), required("status", word_of(STATUSES)), REASON,
    security=OPERATOR, tag=TAG,
)  # fmt: skip
async def set_pair_status(call: Call) -> dict[str, bool]:
    """Open a pair, halt it, or let it only cancel or only reduce."""
    pair = call.pair().symbol
    detail = f"{pair} {STATUS_NAMES[call['status']]}"
    await carry_out(call, Act.SET_PAIR_STATUS, SetPairStatus(pair, call["status"]), detail)
    return DONE


@table.add("GET", "/operator/v1/house", security=OPERATOR, tag=TAG)
def house(call: Call) -> dict[str, Any]:
    """Return the house's funds, pools and insurance fund by asset, and whether borrowing is stopped."""
    books = call.core.ledger.venue
    assets = {
        asset: {
            "house": format_amount(each.house),
            "poolSupply": format_amount(each.pool_supply),
            "poolLent": format_amount(each.pool_lent),
            "fund": format_amount(each.fund),
        }
        for asset, each in books.items()
        if each.house or each.pool_supply or each.fund
    }
    return {"isBorrowingStopped": call.core.desk.is_stopped, "assets": assets}


@table.add("POST", "/operator/v1/house/deposit", ASSET, required("amount", amount), REASON, security=OPERATOR, tag=TAG)
async def fund_house(call: Call) -> dict[str, bool]:
    """Book funds of the operator's own, from which pools and insurance fund are supplied."""
    command = HouseDeposit(call.asset().symbol, call["amount"])
    await carry_out(call, Act.FUND_HOUSE, command, f"{format_amount(command.amount)} {command.asset}")
    return DONE


@table.add(
    "POST", "/operator/v1/pool/supply", ASSET, required("amount", signed_amount), REASON, security=OPERATOR, tag=TAG
)
async def supply_pool(call: Call) -> dict[str, bool]:
    """Move house funds into a lending pool; a negative amount takes out what is not lent."""
    command = SupplyPool(call.asset().symbol, call["amount"])
    sign = "-" if command.amount < 0 else ""
    await carry_out(call, Act.SUPPLY_POOL, command, f"{sign}{format_amount(abs(command.amount))} {command.asset}")
    return DONE


@table.add("POST", "/operator/v1/fund/top-up", ASSET, required("amount", amount), REASON, security=OPERATOR, tag=TAG)
async def top_up_fund(call: Call) -> dict[str, bool]:
    """Move house funds into the insurance fund."""
    command = TopUpFund(call.asset().symbol, call["amount"])
    await carry_out(call, Act.TOP_UP_FUND, command, f"{format_amount(command.amount)} {command.asset}")
    return DONE


@table.add("POST", "/operator/v1/borrowing/resume", REASON, security=OPERATOR, tag=TAG)
async def resume_borrowing(call: Call) -> dict[str, bool]:
    """Allow borrowing again once the insurance fund is above its floor (rule 11.6)."""
    await carry_out(call, Act.RESUME_BORROWING, ResumeBorrowing(), "all assets")
    return DONE
