"""python-binance in the terms of the story; both of its clients have the same methods."""

from typing import Any

from report import done
from story import cross_of, isolated_of, order_of, record_of


class PythonBinanceTrader:
    """One client of python-binance."""

    has_risk_stream = False

    def __init__(self, client: Any) -> None:
        self.client = client
        self.messages: list[dict[str, Any]] = []

    async def start(self) -> dict[str, Any]:
        info = await done(self.client.get_exchange_info())
        pairs = await done(self.client.get_margin_all_pairs())
        isolated = await done(self.client.get_all_isolated_margin_symbols())
        assets = await done(self.client.get_margin_all_assets())
        ratios = await done(self.client.get_cross_margin_collateral_ratio())
        delisted = await done(self.client.get_margin_delist_schedule())
        counts = {"pairs": len(info["symbols"]), "margin_pairs": len(pairs), "isolated": len(isolated)}
        return counts | {"assets": len(assets), "ratios": len(ratios), "delisted": delisted}

    async def market(self) -> dict[str, Any]:
        name = {"symbol": "BTCUSDT"}
        price = await done(self.client.get_symbol_ticker(**name))
        book = await done(self.client.get_order_book(**name, limit=20))
        candles = await done(self.client.get_klines(**name, interval="1m", limit=5))
        trades = await done(self.client.get_recent_trades(**name, limit=5))
        best = {"bid": book["bids"][0][0], "ask": book["asks"][0][0]}
        return {"price": price["price"], **best, "candles": len(candles), "trades": len(trades)}

    async def listen(self) -> None:
        """The plain client has no streams."""

    async def transfer(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        end = "toSymbol" if kind.startswith("MAIN_") else "fromSymbol"
        more = {end: symbol} if symbol else {}
        return await done(self.client.make_universal_transfer(type=kind, asset=asset, amount=amount, **more))

    async def market_order(self, symbol: str, side: str, effect: str, isolated: bool, **amount: str) -> Any:
        wanted = {"quoteOrderQty": amount["cost"]} if "cost" in amount else {"quantity": amount["quantity"]}
        flag = {"isIsolated": "TRUE" if isolated else "FALSE"}
        order = {"symbol": symbol, "side": side, "type": "MARKET", "sideEffectType": effect, **wanted, **flag}
        return order_of(await done(self.client.create_margin_order(**order)))

    async def cross(self) -> dict[str, Any]:
        return cross_of(await done(self.client.get_margin_account()))

    async def isolated(self, symbol: str) -> dict[str, Any]:
        return isolated_of(await done(self.client.get_isolated_margin_account(symbols=symbol)), symbol)

    async def spot(self, asset: str) -> str:
        balance = await done(self.client.get_asset_balance(asset=asset))
        return balance["free"] if balance else "0"

    async def loan(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        where = {"isIsolated": "TRUE", "symbol": symbol} if symbol else {"isIsolated": "FALSE"}
        return await done(self.client.margin_borrow_repay(asset=asset, amount=amount, type=kind, **where))

    async def interest(self, asset: str) -> list[dict[str, Any]]:
        answer = await done(self.client.margin_interest_history(asset=asset, size=100))
        return [{key: row[key] for key in ("asset", "interest", "type")} for row in answer["rows"]]

    async def liquidations(self) -> list[dict[str, Any]]:
        answer = await done(self.client.get_margin_force_liquidation_rec())
        return [record_of(row) for row in answer["rows"]]

    async def index(self, symbol: str) -> str:
        return (await done(self.client.get_margin_price_index(symbol=symbol)))["price"]

    async def close(self) -> None:
        await done(self.client.close_connection())
