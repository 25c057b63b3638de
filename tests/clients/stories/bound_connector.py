"""First calls of each binance-connector client at a venue, and what it tries elsewhere. Argument: the base URL."""

import asyncio
import queue
import sys

from report import observe, refusal
from sockets import SocketWatch

from leverline import clients

ELSEWHERE = "https://fapi.binance.com/fapi/v1/ping"


def main(base_url: str) -> None:
    """Try every client function in turn."""
    watch = SocketWatch(base_url)
    client = clients.connector_client(base_url, "k", "s")
    observe(
        "connector_client",
        time=client.time()["serverTime"],
        pairs=len(client.margin_all_pairs()),
        by_hand=asyncio.run(refusal(lambda: client.session.get(ELSEWHERE))),
        redirect=asyncio.run(refusal(lambda: client.session.get(base_url + "/elsewhere"))),
        proxy=asyncio.run(refusal(lambda: clients.connector_client(base_url, proxies={"http": "http://127.0.0.2:9"}))),
    )
    try_sockets(base_url)
    observe("sockets", elsewhere=watch.elsewhere, looked_up=watch.looked_up)


def try_sockets(base_url: str) -> None:
    """Hear a trade and an answer of the WebSocket API."""
    heard: queue.Queue[str] = queue.Queue()
    stream = clients.connector_stream(base_url, on_message=lambda _, text: heard.put(text))
    stream.trade("btcusdt")
    messages = [heard.get(timeout=10), heard.get(timeout=10)]
    stream.stop()
    api = clients.connector_ws_api(base_url, "k", "s", on_message=lambda _, text: heard.put(text))
    api.server_time()
    messages.append(heard.get(timeout=10))
    api.stop()
    manager = type(api.socket_manager)
    observe(
        "connector_stream",
        messages=messages,
        by_hand=asyncio.run(refusal(lambda: manager("wss://stream.binance.com:9443/ws"))),
    )


if __name__ == "__main__":
    main(sys.argv[1])
