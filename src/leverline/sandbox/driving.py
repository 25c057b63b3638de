"""The index, the makers' depth and the clock over HTTP."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.errors import WireError
from leverline.kernel.decimals import RATIO_DECIMALS, format_plain
from leverline.kernel.numbers import RATIO_ONE
from leverline.kernel.time import MILLISECOND
from leverline.market.index_board import USDT
from leverline.sandbox.documents import document, move, number, span, wrong
from leverline.sandbox.ports import SandboxFault
from leverline.sandbox.running import RunningSandbox

table = Table()
TAG: Final = "Sandbox"


def running(call: Call) -> RunningSandbox:
    """Return the sandbox that is driven."""
    found = call.services.sandbox
    assert isinstance(found, RunningSandbox), type(found)
    return found


@table.add("GET", "/sandbox/v1/index", tag=TAG)
def index(call: Call) -> dict[str, Any]:
    """Return all index prices in USDT, what is pinned, and what is stale."""
    assets = call.core.board.assets.values()
    pins = running(call).market.index.pins
    return {
        "prices": {each.symbol: format_plain(each.price, RATIO_DECIMALS) for each in assets},
        "pinned": {asset: format_plain(price, RATIO_DECIMALS) for asset, price in pins.items()},
        "stale": [each.symbol for each in assets if each.is_stale],
    }


@table.add("POST", "/sandbox/v1/index", tag=TAG)
async def drive_index(call: Call) -> dict[str, Any]:
    """Pin assets at prices, or move them by shares: {"BTC": "42000", "ETH": "-20%"}."""
    pins: dict[str, int] = {}
    moves: dict[str, int] = {}
    for asset, wanted in document(call).items():
        if asset not in call.core.board.assets or asset == USDT:
            raise wrong(asset, "no asset whose index can be driven")
        if isinstance(wanted, str) and wanted.endswith("%"):
            moves[asset] = move(asset, wanted)
        else:
            pins[asset] = number(asset, wanted, RATIO_DECIMALS)
    try:
        await running(call).drive(pins, moves)
    except SandboxFault as fault:
        raise WireError(-1130, str(fault)) from fault
    prices = call.core.board.assets
    return {asset: format_plain(prices[asset].price, RATIO_DECIMALS) for asset in (*pins, *moves)}


@table.add("DELETE", "/sandbox/v1/index", tag=TAG)
async def release_index(call: Call) -> dict[str, Any]:
    """Release pinned assets: {"assets": ["BTC"]}; all of them without a body."""
    pinned = running(call).market.index.pins
    assets = document(call).get("assets") if call.request.body else list(pinned)
    if not isinstance(assets, list) or not all(isinstance(asset, str) for asset in assets):
        raise wrong("assets", "a list of assets is needed")
    try:
        await running(call).release(assets)
    except SandboxFault as fault:
        raise WireError(-1130, str(fault)) from fault
    return {"released": assets}


@table.add("POST", "/sandbox/v1/depth", tag=TAG)
async def set_depth(call: Call) -> dict[str, Any]:
    """Set the makers' depth of a pair as a share of the usual: {"symbol": "BTCUSDT", "factor": "0.1"}; 0 withdraws."""
    found = document(call)
    symbol = found.get("symbol")
    if not isinstance(symbol, str) or symbol not in call.core.exchange.pairs:
        raise WireError(-1121, "Invalid symbol.")
    factor = number("factor", found.get("factor"), RATIO_DECIMALS)
    if factor < 0:
        raise wrong("factor", "a factor of 0 or more is needed")
    try:
        await running(call).set_depth(symbol, factor)
    except SandboxFault as fault:
        raise WireError(-1130, str(fault)) from fault
    return {"symbol": symbol, "factor": format_plain(factor, RATIO_DECIMALS) if factor != RATIO_ONE else "1"}


@table.add("GET", "/sandbox/v1/clock", tag=TAG)
def clock(call: Call) -> dict[str, Any]:
    """Return the venue's time and how far it was driven ahead of the machine's, in milliseconds."""
    return clock_shown(call)


def clock_shown(call: Call) -> dict[str, Any]:
    """Return the clock as it stands."""
    driven = running(call).clock
    return {"time": driven.now() // MILLISECOND, "ahead": driven.offset // MILLISECOND}


@table.add("POST", "/sandbox/v1/clock", tag=TAG)
async def advance_clock(call: Call) -> dict[str, Any]:
    """Move the venue's time forward: {"advance": "24h"}. Each hour's interest is charged in order."""
    await running(call).advance(span("advance", document(call).get("advance")))
    return clock_shown(call)
