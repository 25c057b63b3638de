"""The story by binance-connector: REST, the market streams, retired listen keys, the risk stream, the WebSocket API."""

import asyncio
import json
import queue
from typing import Any

from report import observe
from story import Sandbox, arguments, cross_of, isolated_of, order_of, play, record_of

from leverline.clients import connector_client, connector_stream, connector_ws_api

FIRST_SECONDS = 25


class ConnectorTrader:
    """binance-connector in the terms of the story."""

    has_risk_stream = True

    def __init__(self, base_url: str, api_key: str, secret: str) -> None:
        self.base_url, self.keys = base_url, (api_key, secret)
        self.client = connector_client(base_url, api_key, secret)
        self.messages: list[dict[str, Any]] = []
        self.sockets: list[Any] = []

    def start(self) -> dict[str, Any]:
        info = self.client.exchange_info()
        self.client.ping()
        status = self.client.system_status()
        coins = self.client.coin_info()
        pairs, isolated = self.client.margin_all_pairs(), self.client.isolated_margin_all_pairs()
        counts = {"pairs": len(info["symbols"]), "margin_pairs": len(pairs), "isolated": len(isolated)}
        return counts | {"coins": len(coins), "status": status["status"]}

    def market(self) -> dict[str, Any]:
        book = self.client.depth("BTCUSDT", limit=20)
        candles = self.client.klines("BTCUSDT", "1m", limit=5)
        trades = self.client.trades("BTCUSDT", limit=5)
        price = self.client.ticker_price("BTCUSDT")["price"]
        best = {"bid": book["bids"][0][0], "ask": book["asks"][0][0]}
        return {"price": price, **best, "candles": len(candles), "trades": len(trades)}

    def listen(self) -> None:
        self.hear_market()
        observe("bars", **self.client.summary_of_margin_account())
        cross = self.client.new_margin_listen_key()["listenKey"]
        self.client.renew_margin_listen_key(cross)
        risk = self.client.limit_request("POST", "/sapi/v1/margin/listen-key")["listenKey"]
        stream = connector_stream(self.base_url, on_message=self.take)
        stream.user_data(cross)
        stream.user_data(risk)
        self.sockets.append(stream)

    def hear_market(self) -> None:
        """Take one message of each market stream, and call the WebSocket API."""
        heard: queue.Queue[dict[str, Any]] = queue.Queue()

        def take(_: Any, text: str) -> None:
            heard.put(json.loads(text))

        stream = connector_stream(self.base_url, on_message=take, is_combined=True)
        for subscribe in (stream.trade, stream.agg_trade, stream.mini_ticker):
            subscribe(symbol="btcusdt")
        names: set[str] = set()
        while len(names) < 3:
            message = heard.get(timeout=FIRST_SECONDS)
            names |= {message["stream"]} if "stream" in message else set()
        stream.stop()
        api = connector_ws_api(self.base_url, *self.keys, on_message=take)
        api.account()
        answer = heard.get(timeout=FIRST_SECONDS)
        api.stop()
        observe("streams", heard=sorted(names), status=answer["status"], balances=len(answer["result"]["balances"]))

    def take(self, _: Any, text: str) -> None:
        message = json.loads(text)
        if "e" in message:
            self.messages.append(message)

    def transfer(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        end = "toSymbol" if kind.startswith("MAIN_") else "fromSymbol"
        return self.client.user_universal_transfer(kind, asset, amount, **({end: symbol} if symbol else {}))

    def market_order(self, symbol: str, side: str, effect: str, isolated: bool, **amount: str) -> Any:
        wanted = {"quoteOrderQty": amount["cost"]} if "cost" in amount else {"quantity": amount["quantity"]}
        flag = {"isIsolated": "TRUE" if isolated else "FALSE", "sideEffectType": effect}
        return order_of(self.client.new_margin_order(symbol, side, "MARKET", **wanted, **flag))

    def cross(self) -> dict[str, Any]:
        return cross_of(self.client.margin_account())

    def isolated(self, symbol: str) -> dict[str, Any]:
        return isolated_of(self.client.isolated_margin_account(symbols=symbol), symbol)

    def spot(self, asset: str) -> str:
        rows = {row["asset"]: row["free"] for row in self.client.account()["balances"]}
        return rows.get(asset, "0")

    def loan(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        flag = "TRUE" if symbol else "FALSE"
        return self.client.borrow_repay(asset, flag, symbol or "BTCUSDT", amount, kind)

    def interest(self, asset: str) -> list[dict[str, Any]]:
        rows = self.client.margin_interest_history(asset=asset, size=100)["rows"]
        return [{key: row[key] for key in ("asset", "interest", "type")} for row in rows]

    def liquidations(self) -> list[dict[str, Any]]:
        return [record_of(row) for row in self.client.margin_force_liquidation_record()["rows"]]

    def index(self, symbol: str) -> str:
        return str(self.client.margin_pair_index(symbol)["price"])

    def close(self) -> None:
        for socket in self.sockets:
            socket.stop()


if __name__ == "__main__":
    given = arguments()
    trader = ConnectorTrader(given.base_url, given.api_key, given.secret)
    asyncio.run(play(trader, Sandbox(given.sandbox)))
