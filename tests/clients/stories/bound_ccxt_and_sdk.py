"""First calls of each ccxt and SDK client at a venue, and what it tries elsewhere. Argument: the base URL."""

import asyncio
import sys

from report import done, observe, refusal
from sockets import SocketWatch

from leverline import clients

ELSEWHERE = "https://fapi.binance.com/fapi/v1/ping"


async def main(base_url: str) -> None:
    """Try every client function in turn."""
    watch = SocketWatch(base_url)
    await try_ccxt(base_url)
    await try_asynchronous(clients.ccxt_async_client(base_url, "k", "s"), "ccxt_async_client")
    await try_pro(base_url)
    await try_margin_sdk(base_url)
    await try_spot_sdk(base_url)
    await try_wallet_sdk(base_url)
    observe("sockets", elsewhere=watch.elsewhere, looked_up=watch.looked_up)


async def try_ccxt(base_url: str) -> None:
    """Load markets; then futures, a URL made by hand, a redirect, a proxy."""
    exchange = clients.ccxt_client(base_url, "k", "s")
    exchange.load_markets()
    proxied = clients.ccxt_client(base_url, "k", "s", httpProxy="http://127.0.0.2:9")
    observe(
        "ccxt_client",
        markets=list(exchange.markets),
        futures=await refusal(exchange.fapiPublicGetPing),
        by_hand=await refusal(lambda: exchange.fetch(ELSEWHERE)),
        redirect=await refusal(lambda: exchange.fetch(base_url + "/elsewhere")),
        proxy=await refusal(proxied.fetch_time),
        margin_error=await refusal(lambda: exchange.borrow_cross_margin("USDT", 5)),
    )


async def try_asynchronous(exchange, name: str) -> None:
    """The same with an asynchronous exchange."""
    await exchange.load_markets()
    observe(
        name,
        markets=list(exchange.markets),
        futures=await refusal(exchange.fapiPublicGetPing),
        by_hand=await refusal(lambda: exchange.fetch(ELSEWHERE)),
        redirect=await refusal(lambda: exchange.fetch(base_url_of(exchange) + "/elsewhere")),
        margin_error=await refusal(lambda: exchange.borrow_cross_margin("USDT", 5)),
    )
    await exchange.close()


def base_url_of(exchange) -> str:
    return exchange.urls["api"]["public"].removesuffix("/api/v3")


async def try_pro(base_url: str) -> None:
    """Watch trades, then sockets elsewhere."""
    exchange = clients.ccxt_pro_client(base_url, "k", "s")
    trades = await asyncio.wait_for(exchange.watch_trades("BTC/USDT"), 20)
    stream = exchange.urls["api"]["ws"]["linear"]
    observe(
        "ccxt_pro_client",
        trades=len(trades),
        futures=await refusal(lambda: exchange.watch(stream, "hash", {}, "hash")),
        futures_rest=await refusal(exchange.fapiPublicGetPing),
    )
    await exchange.close()


async def try_margin_sdk(base_url: str) -> None:
    """Read by REST, subscribe the risk stream, then go elsewhere."""
    client = clients.sdk_margin_client(base_url, "k", "s")
    client.rest_api.get_all_cross_margin_pairs()
    heard: list[object] = []
    await client.websocket_streams.create_connection()
    stream = await client.websocket_streams.risk_data("risk-key")
    stream.on("message", heard.append)
    await asyncio.sleep(0.3)
    configuration = client.websocket_streams.configuration
    observe(
        "sdk_margin_client",
        by_hand=await refusal(lambda: client.rest_api._session.get(ELSEWHERE)),
        redirect=await refusal(lambda: client.rest_api._session.get(base_url + "/elsewhere")),
        socket=await refusal(
            lambda: client.websocket_streams.connect("wss://stream.binance.com/stream", configuration)
        ),
    )
    await done(client.websocket_streams.close_connection(close_session=True))


async def try_spot_sdk(base_url: str) -> None:
    """Read by REST and by the WebSocket API, then go elsewhere."""
    client = clients.sdk_spot_client(base_url, "k", "s")
    client.rest_api.time()
    await client.websocket_api.create_connection()
    answer = (await client.websocket_api.time()).data()
    await client.websocket_streams.create_connection()
    configuration = client.websocket_api.configuration
    observe(
        "sdk_spot_client",
        server_time=answer.result.server_time,
        by_hand=await refusal(lambda: client.rest_api._session.get(ELSEWHERE)),
        socket=await refusal(lambda: client.websocket_api.connect("wss://ws-api.binance.com/ws-api/v3", configuration)),
    )
    await done(client.websocket_api.close_connection(close_session=True))
    await done(client.websocket_streams.close_connection(close_session=True))


async def try_wallet_sdk(base_url: str) -> None:
    """Read the coins, then go elsewhere."""
    client = clients.sdk_wallet_client(base_url, "k", "s")
    client.rest_api.all_coins_information()
    observe("sdk_wallet_client", by_hand=await refusal(lambda: client.rest_api._session.get(ELSEWHERE)))


asyncio.run(main(sys.argv[1]))
