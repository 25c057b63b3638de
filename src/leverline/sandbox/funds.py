"""The lending pools and the insurance fund, read and supplied."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.parameters import optional, symbol
from leverline.engine.commands import HouseDeposit, SupplyPool, TopUpFund
from leverline.kernel.decimals import format_amount, format_ratio
from leverline.kernel.numbers import RATIO_ONE, mul_div_down
from leverline.sandbox.documents import amounts, document

table = Table()
ASSET: Final = optional("asset", symbol)


@table.add("GET", "/sandbox/v1/pool", ASSET, tag="Sandbox")
def pools(call: Call) -> dict[str, Any]:
    """Return supply, lent, free and the hourly rate of each pool."""
    wanted = (
        [call["asset"]]
        if call["asset"]
        else [name for name, each in call.core.ledger.venue.items() if each.pool_supply]
    )
    if call["asset"]:
        call.asset()
    return {asset: pool(call, asset) for asset in wanted}


@table.add("POST", "/sandbox/v1/pool", tag="Sandbox")
async def supply(call: Call) -> dict[str, Any]:
    """Set the supply of pools: {"USDT": "5000000"}. What is lent cannot be withdrawn."""
    wanted = amounts(call, "supply", document(call), is_zero_allowed=True)
    for asset, amount in wanted.items():
        missing = amount - call.core.ledger.venue[asset].pool_supply
        if missing > 0:
            await call.send(HouseDeposit(asset, missing))
        if missing:
            await call.send(SupplyPool(asset, missing))
    return {asset: pool(call, asset) for asset in wanted}


@table.add("GET", "/sandbox/v1/fund", tag="Sandbox")
def fund(call: Call) -> dict[str, Any]:
    """Return the insurance fund, and whether borrowing is stopped."""
    return fund_shown(call)


def fund_shown(call: Call) -> dict[str, Any]:
    """Return the fund as text."""
    held = {name: format_amount(each.fund) for name, each in call.core.ledger.venue.items() if each.fund}
    return {"balances": held, "borrowingStopped": call.core.desk.is_stopped}


@table.add("POST", "/sandbox/v1/fund", tag="Sandbox")
async def top_up(call: Call) -> dict[str, Any]:
    """Add to the insurance fund: {"USDT": "1000000"}."""
    for asset, amount in amounts(call, "fund", document(call)).items():
        await call.send(HouseDeposit(asset, amount))
        await call.send(TopUpFund(asset, amount))
    return fund_shown(call)


def pool(call: Call, asset: str) -> dict[str, str]:
    """Return one pool as text."""
    books = call.core.ledger.venue[asset]
    lent = books.pool_lent
    return {
        "supply": format_amount(books.pool_supply),
        "lent": format_amount(lent),
        "free": format_amount(books.pool_free),
        "utilisation": format_ratio(mul_div_down(lent, RATIO_ONE, books.pool_supply)) if books.pool_supply else "0",
        "hourlyRate": format_ratio(call.core.desk.pools[asset].rate_hourly),
    }
