"""The story by python-binance's sockets: market streams, spot, cross and isolated user data, and the risk stream."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from python_binance_traders import PythonBinanceTrader
from report import observe
from story import Sandbox, arguments, play

from leverline.clients import python_binance_async_client, python_binance_sockets

FIRST_SECONDS = 25


class SocketsTrader(PythonBinanceTrader):
    """python-binance's asynchronous client and its socket manager."""

    has_risk_stream = True

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self.sockets = python_binance_sockets(client)
        self.stack = AsyncExitStack()
        self.tasks: list[asyncio.Task[None]] = []

    async def listen(self) -> None:
        await self.hear_market()
        key = (await self.client._request_margin_api("post", "margin/listen-key", signed=False))["listenKey"]
        for name, socket in [
            ("spot", self.sockets.user_socket()),
            ("cross", self.sockets.margin_socket()),
            ("isolated", self.sockets.isolated_margin_socket("ETHUSDT")),
            ("risk", self.sockets._get_socket(path=key)),
        ]:
            stream = await self.stack.enter_async_context(socket)
            self.tasks.append(asyncio.create_task(self.take(name, stream)))

    async def hear_market(self) -> None:
        """Take one message of each market stream, and call the WebSocket API."""
        heard = {}
        for name, socket in {
            "trade": self.sockets.trade_socket("BTCUSDT"),
            "kline": self.sockets.kline_socket("BTCUSDT"),
            "depthUpdate": self.sockets.depth_socket("BTCUSDT"),
            "24hrTicker": self.sockets.symbol_ticker_socket("BTCUSDT"),
            "combined": self.sockets.multiplex_socket(["btcusdt@trade", "ethusdt@trade"]),
        }.items():
            async with socket as stream:
                message = await asyncio.wait_for(stream.recv(), FIRST_SECONDS)
                heard[name] = message.get("e") or message.get("data", {}).get("e")
        book = await self.client.ws_get_order_book(symbol="BTCUSDT")
        order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
        price = str(round(float(book["bids"][-1][0]) * 0.9, 2))
        placed = await self.client.ws_create_order(**order, quantity="0.001", price=price)
        cancelled = await self.client.ws_cancel_order(symbol="BTCUSDT", orderId=placed["orderId"])
        observe("streams", heard=heard, placed=placed["status"], cancelled=cancelled["status"])

    async def take(self, name: str, stream: Any) -> None:
        """Take what one stream brings until the story ends."""
        while True:
            message = await stream.recv()
            if message:
                self.messages.append({**message, "stream": name})

    async def close(self) -> None:
        observe("streams ended", faults=[str(task.exception()) for task in self.tasks if task.done()])
        for task in self.tasks:
            task.cancel()
        await self.stack.aclose()
        await super().close()


async def main() -> None:
    given = arguments()
    trader = SocketsTrader(await python_binance_async_client(given.base_url, given.api_key, given.secret))
    await play(trader, Sandbox(given.sandbox))


if __name__ == "__main__":
    asyncio.run(main())
