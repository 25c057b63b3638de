"""First calls of each python-binance client at a venue, and what it tries elsewhere. Argument: the base URL."""

import asyncio
import sys

from report import observe, refusal
from sockets import SocketWatch

from leverline import clients

ELSEWHERE = "https://fapi.binance.com/fapi/v1/ping"


async def main(base_url: str) -> None:
    """Try the asynchronous client and the sockets; the other ran before the loop did."""
    client = await clients.python_binance_async_client(base_url, "k", "s")
    observe(
        "python_binance_async_client",
        futures=await refusal(client.futures_ping),
        by_hand=await refusal(lambda: client._request("get", ELSEWHERE, False)),
        redirect=await refusal(lambda: client._request("get", base_url + "/elsewhere", False)),
        futures_socket=await refusal(lambda: client.ws_futures_get_order_book(symbol="BTCUSDT")),
        proxy=await refusal(lambda: clients.python_binance_async_client(base_url, https_proxy="http://127.0.0.2:9")),
    )
    await try_sockets(client)
    await client.close_connection()


async def try_sockets(client) -> None:
    """Hear a trade, call the WebSocket API, then sockets elsewhere."""
    sockets = clients.python_binance_sockets(client)
    async with sockets.trade_socket("BTCUSDT") as stream:
        await stream.ws.send('{"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 1}')
        await asyncio.wait_for(stream.recv(), 10)
        trade = await asyncio.wait_for(stream.recv(), 10)
    async with sockets.margin_socket():
        pass
    time = await client.ws_get_time()
    observe(
        "python_binance_sockets",
        event=trade["e"],
        server_time=time["serverTime"],
        futures=await refusal(lambda: sockets.futures_depth_socket("BTCUSDT")),
        other_client=await refusal(lambda: clients.python_binance_sockets(object())),
    )


def try_client(base_url: str) -> None:
    """The synchronous client."""
    client = clients.python_binance_client(base_url, "k", "s")
    observe(
        "python_binance_client",
        time=client.get_server_time()["serverTime"],
        pairs=len(client.get_margin_all_pairs()),
        futures=asyncio.run(refusal(client.futures_ping)),
        by_hand=asyncio.run(refusal(lambda: client._request("get", ELSEWHERE, False))),
        redirect=asyncio.run(refusal(lambda: client._request("get", base_url + "/elsewhere", False))),
    )


if __name__ == "__main__":
    watch = SocketWatch(sys.argv[1])
    asyncio.set_event_loop(asyncio.new_event_loop())
    try_client(sys.argv[1])
    asyncio.run(main(sys.argv[1]))
    observe("sockets", elsewhere=watch.elsewhere, looked_up=watch.looked_up)
