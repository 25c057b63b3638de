"""A special key with clients that know spot alone: made by the margin SDK, used by the spot SDK and by ccxt.pro."""

import asyncio
import json
import logging
from typing import Any

from report import observe, refusal
from story import arguments

from leverline.clients import ccxt_pro_client, sdk_margin_client, sdk_spot_client, sdk_wallet_client

SYMBOL = "BTCUSDT"
FIRST_SECONDS = 25


async def main() -> None:
    """Make a key of the cross account, trade by it, and leave."""
    given = arguments()
    logging.basicConfig(level=logging.WARNING)
    ordinary = (given.base_url, given.api_key, given.secret)
    wallet = sdk_wallet_client(*ordinary).rest_api
    wallet.user_universal_transfer("MAIN_MARGIN", "USDT", 4000)
    wallet.user_universal_transfer("MAIN_ISOLATED_MARGIN", "USDT", 1000, to_symbol=SYMBOL)
    margin = sdk_margin_client(*ordinary).rest_api
    made = margin.create_special_key("fast").data()
    margin.edit_ip_for_special_key("127.0.0.1")
    known, listed = margin.query_special_key().data(), margin.query_special_key_list().data()
    observe("made", type=made.type, ip=known.ip, name=known.api_name, listed=len(listed))
    await by_sdk(given.base_url, made.api_key, made.secret_key)
    pair = margin.create_special_key("pair", symbol=SYMBOL).data()
    await by_ccxt(given.base_url, pair.api_key, pair.secret_key)
    margin.delete_special_key(api_name="pair", symbol=SYMBOL)
    margin.exit_special_key_mode()
    spot = sdk_spot_client(given.base_url, made.api_key, made.secret_key).rest_api
    observe("left", used=await refusal(spot.get_account), again=await refusal(lambda: margin.create_special_key("new")))


async def by_sdk(base_url: str, key: str, secret: str) -> None:
    """Place an order by REST, then another on the WebSocket API after a log-on, and hear of both."""
    client = sdk_spot_client(base_url, key, secret)
    account = client.rest_api.get_account().data()
    api = client.websocket_api
    await api.create_connection()
    logged = (await api.session_logon()).data().result
    heard: list[Any] = []
    subscribed = await api.user_data_stream_subscribe()
    subscribed.stream.on("message", heard.append)
    more = {"time_in_force": "GTC", "quantity": 0.001, "price": price_below(client)}
    by_rest = client.rest_api.new_order(SYMBOL, "BUY", "LIMIT", **more).data()
    by_socket = (await api.order_place(SYMBOL, "BUY", "LIMIT", **more)).data().result
    is_open = [row.order_id for row in client.rest_api.get_open_orders(SYMBOL).data()]
    cancelled = client.rest_api.delete_open_orders(SYMBOL).data()
    for _ in range(FIRST_SECONDS * 10):
        if len(heard) < 8:
            await asyncio.sleep(0.1)
    await api.session_logout()
    await api.close_connection(close_session=True)
    events = [getattr(each, "actual_instance", each) for each in heard]
    observe(
        "sdk", account=account.account_type, free={row.asset: row.free for row in account.balances}["USDT"],
        key=logged.api_key == key, placed=[by_rest.order_id, by_socket.order_id], open=is_open,
        cancelled=len(json.loads(json.dumps([str(each) for each in cancelled]))),
        heard=sorted({type(event).__name__ for event in events}), events=len(events),
    )  # fmt: skip


def price_below(client: Any) -> float:
    """Return a price a tenth below the best bid."""
    return round(float(client.rest_api.depth(SYMBOL, limit=5).data().bids[0][0]) * 0.9, 2)


async def by_ccxt(base_url: str, key: str, secret: str) -> None:
    """Buy with the pair's account by a client that trades spot, and hear of it."""
    exchange = ccxt_pro_client(base_url, key, secret)
    try:
        watched = asyncio.create_task(exchange.watch_my_trades("BTC/USDT"))
        await asyncio.sleep(1)
        bought = await exchange.create_order("BTC/USDT", "market", "buy", 0.001)
        trades = await asyncio.wait_for(watched, FIRST_SECONDS)
        balance = await exchange.fetch_balance()
        other = await refusal(lambda: exchange.create_order("ETH/USDT", "market", "buy", 0.01))
        observe(
            "ccxt", status=bought["status"], heard=[each["order"] for each in trades], order=bought["id"],
            account=balance["info"]["accountType"], bought=balance["BTC"]["free"], other=other,
        )  # fmt: skip
    finally:
        await exchange.close()


if __name__ == "__main__":
    asyncio.run(main())
