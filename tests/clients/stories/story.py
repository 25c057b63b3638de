"""The story that every client plays: from start-up over a margin call and a liquidation to an empty margin account.

A `Trader` is one client library in the terms of the story. Its methods may be coroutines. Amounts are decimal strings.
The main part runs on BTCUSDT in the cross account; a shorter one on ETHUSDT in an isolated account.
"""

import argparse
import asyncio
import json
import time
import urllib.request
from decimal import Decimal
from typing import Any, Protocol

from report import done, observe

OWN = "4000"
LONG_COST = "11000"
CALL_LEVEL = Decimal("1.13")
"""Below the call of either leverage (1.3 at 3x, 1.16 at 5x) and above the liquidation (1.1)."""
LIQUIDATION_LEVEL = Decimal("1.05")
STOPPED_LEVEL = Decimal("1.24")
"""Above this a liquidation has ended, or nearly (it stops above 1.5 at 3x, above 1.25 at 5x)."""
LOAN = "100"
ISOLATED = "ETHUSDT"
ISOLATED_OWN = "1000"
ISOLATED_COST = "1800"
PATIENCE_SECONDS = 25


class Trader(Protocol):
    """One client library, in the terms of the story."""

    has_risk_stream: bool
    messages: list[dict[str, Any]]

    def start(self) -> Any:
        """Make the first calls; return what the venue offers."""

    def market(self) -> Any:
        """Read the market of BTCUSDT; return `price`, `bid`, `ask`, `candles`, `trades`."""

    def listen(self) -> Any:
        """Open the streams that the library has; what comes is appended to `messages` as raw events."""

    def transfer(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        """Move funds by a universal transfer."""

    def market_order(self, symbol: str, side: str, effect: str, isolated: bool, **amount: str) -> Any:
        """Place a margin order at market, of `quantity` or `cost`; return `status`, `executed`, `borrowed`."""

    def cross(self) -> Any:
        """Return `level` and `assets`: for each asset `free`, `locked`, `borrowed`, `interest`, `net`."""

    def isolated(self, symbol: str) -> Any:
        """Return `level`, `base` and `quote` of an isolated account, the two like an asset of `cross`."""

    def spot(self, asset: str) -> Any:
        """Return the free amount in the spot wallet."""

    def loan(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        """Borrow or repay by hand (`BORROW`, `REPAY`)."""

    def interest(self, asset: str) -> Any:
        """Return the interest entries, each with `asset`, `interest`, `type`."""

    def liquidations(self) -> Any:
        """Return the liquidation orders, each with `symbol`, `side`, `executed`, `price`."""

    def index(self, symbol: str) -> Any:
        """Return the index price of a pair."""

    def close(self) -> Any:
        """Close what is open."""


class Sandbox:
    """The venue's sandbox, asked by plain HTTP."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer to one request."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base_url}/sandbox/v1/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def arguments() -> argparse.Namespace:
    """Return the arguments of a story: the venue, the key and its secret, and the sandbox."""
    parser = argparse.ArgumentParser()
    for name in ("base_url", "api_key", "secret", "sandbox"):
        parser.add_argument(name)
    return parser.parse_args()


async def play(trader: Trader, sandbox: Sandbox) -> None:
    """Play the whole story and tell it."""
    try:
        observe("start", **await done(trader.start()))
        observe("market", **await done(trader.market()))
        await open_accounts(trader)
        await done(trader.listen())
        await play_cross(trader, sandbox)
        await play_isolated(trader)
        observe("messages", events=[dict(event) for event in trader.messages])
    finally:
        await done(trader.close())


async def open_accounts(trader: Trader) -> None:
    """Open the cross account and one pair's account by the first transfers into them."""
    await done(trader.transfer("MAIN_MARGIN", "USDT", OWN))
    observe("transferred", cross=await done(trader.cross()), spot=await done(trader.spot("USDT")))
    await done(trader.transfer("MAIN_ISOLATED_MARGIN", "USDT", ISOLATED_OWN, ISOLATED))
    observe("isolated opened", account=await done(trader.isolated(ISOLATED)))


async def play_cross(trader: Trader, sandbox: Sandbox) -> None:
    """Borrow long, pay interest, be called, be liquidated, repay, leave."""
    price = await done(trader.index("BTCUSDT"))
    observe("bought", **await done(trader.market_order("BTCUSDT", "BUY", "MARGIN_BUY", False, cost=LONG_COST)))
    observe("long", cross=await done(trader.cross()), interest=await done(trader.interest("USDT")))
    sandbox.ask("POST", "clock", {"advance": "1h"})
    observe("hour", cross=await done(trader.cross()), interest=await done(trader.interest("USDT")))
    await shock(trader, sandbox, CALL_LEVEL)
    observe("called", cross=await done(trader.cross()), heard=await hear_call(trader))
    fund = sandbox.ask("GET", "fund")
    await shock(trader, sandbox, LIQUIDATION_LEVEL)
    cross = await wait_for_the_end(trader)
    records = await done(trader.liquidations())
    observe("liquidated", cross=cross, records=records, fund_before=fund, fund_after=sandbox.ask("GET", "fund"))
    await leave_cross(trader)
    sandbox.ask("POST", "index", {"BTC": price})
    sandbox.ask("DELETE", "index", {"assets": ["BTC"]})


async def shock(trader: Trader, sandbox: Sandbox, level: Decimal) -> None:
    """Pin the index of BTC where the account's margin level is the one wanted.

    The account owes USDT and holds BTC and some USDT `u`. At a price that is `x` times the present one:

        level × L = A(x) = (A − u) × x + u
    """
    cross = await done(trader.cross())
    usdt = cross["assets"]["USDT"]
    debt = Decimal(usdt["borrowed"]) + Decimal(usdt["interest"])
    cash = Decimal(usdt["free"]) + Decimal(usdt["locked"])
    assets = Decimal(cross["level"]) * debt
    factor = (level * debt - cash) / (assets - cash)
    price = Decimal(await done(trader.index("BTCUSDT"))) * factor
    sandbox.ask("POST", "index", {"BTC": f"{price:.2f}"})


async def hear_call(trader: Trader) -> bool:
    """Wait, for a bounded time, until the risk stream tells of the margin call; return whether it did."""
    end = time.monotonic() + PATIENCE_SECONDS
    while trader.has_risk_stream and time.monotonic() < end:
        if any(is_call(event) for event in trader.messages):
            return True
        await asyncio.sleep(0.1)
    return False


def is_call(event: dict[str, Any]) -> bool:
    """Return whether an event tells that an account was called."""
    return event.get("e") == "MARGIN_LEVEL_STATUS_CHANGE" and event.get("s") == "MARGIN_CALL"


async def wait_for_the_end(trader: Trader) -> Any:
    """Wait, for a bounded time, until the liquidation has brought the level up; return the account."""
    end = time.monotonic() + PATIENCE_SECONDS
    cross = await done(trader.cross())
    while Decimal(cross["level"]) < STOPPED_LEVEL and time.monotonic() < end:
        await asyncio.sleep(0.3)
        cross = await done(trader.cross())
    return cross


def owed(asset: Any) -> Decimal:
    """Return what is owed of an asset, interest included."""
    return Decimal(asset["borrowed"]) + Decimal(asset["interest"]) if asset else Decimal()


async def leave_cross(trader: Trader) -> None:
    """Sell what is left to repay the debt, borrow and repay once by hand, then take everything out."""
    held = lots((await done(trader.cross()))["assets"]["BTC"]["free"])
    if Decimal(held):
        sold = await done(trader.market_order("BTCUSDT", "SELL", "AUTO_REPAY", False, quantity=held))
        observe("sold", order=sold, cross=await done(trader.cross()))
    before = await done(trader.cross())
    free = Decimal(before["assets"]["USDT"]["free"])
    if free > 2 * Decimal(LOAN):
        await done(trader.loan("BORROW", "USDT", LOAN))
        observe("borrowed", cross=await done(trader.cross()))
        await done(trader.loan("REPAY", "USDT", str(owed((await done(trader.cross()))["assets"]["USDT"]))))
    repaid = await done(trader.cross())
    spot = {asset: await done(trader.spot(asset)) for asset in ("USDT", "BTC")}
    for asset in ("USDT", "BTC"):
        amount = repaid["assets"].get(asset, {}).get("free", "0")
        if Decimal(amount):
            await done(trader.transfer("MARGIN_MAIN", asset, amount))
    after = {asset: await done(trader.spot(asset)) for asset in ("USDT", "BTC")}
    observe("left", repaid=repaid, spot_before=spot, spot_after=after, cross=await done(trader.cross()))


async def play_isolated(trader: Trader) -> None:
    """Borrow by an order, sell, repay, borrow by hand, repay, leave."""
    symbol = ISOLATED
    bought = await done(trader.market_order(symbol, "BUY", "MARGIN_BUY", True, cost=ISOLATED_COST))
    account = await done(trader.isolated(symbol))
    observe("isolated long", order=bought, account=account)
    sold = await done(trader.market_order(symbol, "SELL", "AUTO_REPAY", True, quantity=lots(account["base"]["free"])))
    observe("isolated sold", order=sold, account=await done(trader.isolated(symbol)))
    await done(trader.loan("BORROW", "USDT", LOAN, symbol))
    loan = await done(trader.isolated(symbol))
    await done(trader.loan("REPAY", "USDT", str(owed(loan["quote"])), symbol))
    repaid = await done(trader.isolated(symbol))
    await done(trader.transfer("ISOLATED_MARGIN_MAIN", "USDT", repaid["quote"]["free"], symbol))
    observe("isolated left", loan=loan, repaid=repaid, account=await done(trader.isolated(symbol)))


def lots(amount: str) -> str:
    """Return an amount cut to a step that every leading pair has."""
    return str(Decimal(amount).quantize(Decimal("0.0001"), rounding="ROUND_DOWN"))


def pick(row: dict[str, Any]) -> dict[str, str]:
    """Return the parts of an asset of an account, from the names of the wire."""
    names = {"free": "free", "locked": "locked", "borrowed": "borrowed", "interest": "interest", "netAsset": "net"}
    return {ours: row[name] for name, ours in names.items()}


def cross_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the cross account from the names of the wire."""
    assets = {row["asset"]: pick(row) for row in answer["userAssets"]}
    return {"level": answer["marginLevel"], "assets": assets}


def isolated_of(answer: dict[str, Any], symbol: str) -> dict[str, Any]:
    """Return one isolated account from the names of the wire."""
    row = next(row for row in answer["assets"] if row["symbol"] == symbol)
    state = {"level": row["marginLevel"], "status": row["marginLevelStatus"]}
    return state | {"base": pick(row["baseAsset"]), "quote": pick(row["quoteAsset"])}


def order_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an order from the names of the wire."""
    borrowed = answer.get("marginBuyBorrowAmount", 0)
    return {"status": answer["status"], "executed": answer["executedQty"], "borrowed": str(borrowed)}


def record_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return a liquidation order from the names of the wire."""
    return {"symbol": row["symbol"], "side": row["side"], "executed": row["executedQty"], "price": row["avgPrice"]}
