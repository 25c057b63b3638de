"""A server on loopback that writes down what it is asked and answers just enough for a client to go on."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

METHODS = ["GET", "POST", "PUT", "DELETE"]
FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
    {"filterType": "NOTIONAL", "minNotional": "5", "applyMinToMarket": True, "avgPriceMins": 5},
]
SYMBOL = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "baseAssetPrecision": 8,
    "quotePrecision": 8,
    "quoteAssetPrecision": 8,
    "orderTypes": ["LIMIT", "MARKET"],
    "isSpotTradingAllowed": True,
    "isMarginTradingAllowed": True,
    "permissions": [],
    "permissionSets": [["SPOT", "MARGIN"]],
    "filters": FILTERS,
}
PAIR = {"id": 1, "symbol": "BTCUSDT", "base": "BTC", "quote": "USDT", "isMarginTrade": True}
ANSWERS: dict[str, Any] = {
    "/api/v3/time": {"serverTime": 1_700_000_000_000},
    "/api/v3/exchangeInfo": {"timezone": "UTC", "serverTime": 1_700_000_000_000, "symbols": [SYMBOL]},
    "/sapi/v1/capital/config/getall": [],
    "/sapi/v1/margin/allPairs": [PAIR],
    "/sapi/v1/margin/isolated/allPairs": [PAIR],
    "/sapi/v1/margin/listen-key": {"listenKey": "risk-key"},
    "/sapi/v1/userListenToken": {"token": "a-token", "expirationTime": 4_000_000_000_000},
    "/api/v3/depth": {"lastUpdateId": 1, "bids": [["1.00", "1"]], "asks": [["2.00", "1"]]},
    "/sapi/v1/margin/borrow-repay": {"code": -3006, "msg": "Your borrow amount has exceed maximum borrow amount."},
}
TRADE = {"e": "trade", "E": 1, "s": "BTCUSDT", "t": 1, "p": "1.0", "q": "1.0", "T": 1, "m": False, "M": True}


class Stub:
    """What the stub heard: requests as (method, path), frames as (path, message)."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.frames: list[tuple[str, Any]] = []
        self.url = ""

    async def answer(self, request: Request) -> Response:
        """Write a request down and answer it."""
        path = request.url.path
        self.requests.append((request.method, path))
        if path == "/elsewhere":
            return RedirectResponse("http://127.0.0.2:9/")
        return JSONResponse(ANSWERS.get(path, {}), 400 if path.endswith("/borrow-repay") else 200)

    async def listen(self, socket: WebSocket) -> None:
        """Write a connection and each frame down; acknowledge each and send one trade after a subscription."""
        path = socket.url.path
        await socket.accept()
        self.frames.append((path, None))
        try:
            while True:
                message = json.loads(await socket.receive_text())
                self.frames.append((path, message))
                await self.reply(socket, message)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def reply(self, socket: WebSocket, message: dict[str, Any]) -> None:
        """Answer one frame, as the streams or as the WebSocket API do."""
        if message.get("method") == "SUBSCRIBE":
            await socket.send_json({"result": None, "id": message.get("id")})
            await socket.send_json({"stream": message["params"][0], "data": TRADE} | TRADE)
        else:
            result = {"subscriptionId": 0, "serverTime": 1_700_000_000_000}
            await socket.send_json({"id": message.get("id"), "status": 200, "result": result, "rateLimits": []})


@contextmanager
def serve_stub() -> Iterator[Stub]:
    """Serve the stub on a free port of loopback, in a thread, while the context lasts."""
    stub = Stub()
    routes = [Route("/{path:path}", stub.answer, methods=METHODS), WebSocketRoute("/{path:path}", stub.listen)]
    config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=asyncio.run, args=(server.serve(),), daemon=True)
    thread.start()
    wait_until_started(server)
    stub.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield stub
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def wait_until_started(server: uvicorn.Server) -> None:
    """Wait, for a bounded time, until the server takes connections."""
    pause = threading.Event()
    for _ in range(500):
        if server.started:
            return
        pause.wait(0.02)
    raise AssertionError("the stub did not start")
