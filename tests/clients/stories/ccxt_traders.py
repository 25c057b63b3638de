"""ccxt in the terms of the story; synchronous and asynchronous alike, for promises are awaited either way."""

from typing import Any

from report import done
from story import cross_of, isolated_of, order_of

SYMBOLS = {"BTCUSDT": "BTC/USDT", "ETHUSDT": "ETH/USDT"}


class CcxtTrader:
    """One exchange object of ccxt, of any of its modules."""

    has_risk_stream = False

    def __init__(self, exchange: Any) -> None:
        self.exchange = exchange
        self.messages: list[dict[str, Any]] = []

    async def start(self) -> dict[str, Any]:
        markets = await done(self.exchange.load_markets())
        time = await done(self.exchange.fetch_time())
        status = await done(self.exchange.fetch_status())
        currencies = self.exchange.currencies or {}
        margin = [name for name, market in markets.items() if market["margin"]]
        modes = markets["BTC/USDT"]["marginModes"]
        return {
            "pairs": len(markets),
            "margin_pairs": len(margin),
            "modes": modes,
            "time": time,
            "status": status["status"],
            "currencies": len(currencies),
        }

    async def market(self) -> dict[str, Any]:
        name = "BTC/USDT"
        ticker = await done(self.exchange.fetch_ticker(name))
        book = await done(self.exchange.fetch_order_book(name, 20))
        candles = await done(self.exchange.fetch_ohlcv(name, "1m", limit=5))
        trades = await done(self.exchange.fetch_trades(name, limit=5))
        bid, ask = book["bids"][0][0], book["asks"][0][0]
        found = {"candles": len(candles), "trades": len(trades)}
        return {"price": ticker["last"], "bid": bid, "ask": ask, **found}

    async def listen(self) -> None:
        """Plain ccxt has no streams."""

    async def transfer(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        pair = SYMBOLS.get(symbol)
        ends = {
            "MAIN_MARGIN": ("spot", "cross"),
            "MARGIN_MAIN": ("cross", "spot"),
            "MAIN_ISOLATED_MARGIN": ("spot", "isolated"),
            "ISOLATED_MARGIN_MAIN": ("isolated", "spot"),
        }
        source, target = ends[kind]
        more = {"symbol": pair} if pair else {}
        return await done(self.exchange.transfer(asset, amount, source, target, more))

    async def market_order(self, symbol: str, side: str, effect: str, isolated: bool, **amount: str) -> Any:
        more: dict[str, Any] = {"marginMode": "isolated" if isolated else "cross", "sideEffectType": effect}
        if "cost" in amount:
            more["quoteOrderQty"] = float(amount["cost"])
        quantity = float(amount["quantity"]) if "quantity" in amount else None
        order = await done(self.exchange.create_order(SYMBOLS[symbol], "market", side.lower(), quantity, None, more))
        return order_of(order["info"])

    async def cross(self) -> dict[str, Any]:
        balance = await done(self.exchange.fetch_balance({"type": "margin"}))
        account = cross_of(balance["info"])
        usdt = account["assets"].get("USDT")
        if usdt:
            assert float(usdt["free"]) == balance["USDT"]["free"]
        return account

    async def isolated(self, symbol: str) -> dict[str, Any]:
        balance = await done(self.exchange.fetch_balance({"marginMode": "isolated", "symbols": [SYMBOLS[symbol]]}))
        return isolated_of(balance["info"], symbol)

    async def spot(self, asset: str) -> str:
        balance = await done(self.exchange.fetch_balance({"type": "spot"}))
        rows = {row["asset"]: row["free"] for row in balance["info"]["balances"]}
        return rows.get(asset, "0")

    async def loan(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        act = {"BORROW": "borrow", "REPAY": "repay"}[kind]
        if symbol:
            return await done(getattr(self.exchange, f"{act}_isolated_margin")(SYMBOLS[symbol], asset, amount))
        return await done(getattr(self.exchange, f"{act}_cross_margin")(asset, amount))

    async def interest(self, asset: str) -> list[dict[str, Any]]:
        rows = await done(self.exchange.fetch_borrow_interest(asset))
        keep = ("asset", "interest", "type")
        return [{key: row["info"][key] for key in keep} for row in rows]

    async def liquidations(self) -> list[dict[str, Any]]:
        rows = await done(self.exchange.fetch_my_liquidations(None, None, None, {"type": "spot"}))
        return [
            {
                "symbol": row["info"]["symbol"],
                "side": row["info"]["side"],
                "executed": row["info"]["executedQty"],
                "price": row["info"]["avgPrice"],
            }
            for row in rows
        ]

    async def index(self, symbol: str) -> str:
        answer = await done(self.exchange.sapiGetMarginPriceIndex({"symbol": symbol}))
        return answer["price"]

    async def close(self) -> None:
        close = getattr(self.exchange, "close", None)
        if close is not None:
            await done(close())
