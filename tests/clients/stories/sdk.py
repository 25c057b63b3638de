"""The story by the SDKs of margin trading, spot and wallet: REST, streams with the risk listen key, WebSocket API.

The SDK repairs answers of a wrong type and only logs it; its log goes to the error output, for the test to read.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from report import observe
from story import Sandbox, arguments, cross_of, isolated_of, play, record_of

from leverline.clients import sdk_margin_client, sdk_spot_client, sdk_wallet_client

FIRST_SECONDS = 25
TIMEOUT_MS = 10_000
WIRE_NAMES = {
    "ExecutionReport": "executionReport",
    "OutboundAccountPosition": "outboundAccountPosition",
    "MarginLevelStatusChange": "MARGIN_LEVEL_STATUS_CHANGE",
    "UserLiabilityChange": "USER_LIABILITY_CHANGE",
}


class SdkTrader:
    """The three SDKs in the terms of the story."""

    has_risk_stream = True

    def __init__(self, base_url: str, api_key: str, secret: str) -> None:
        self.margin = sdk_margin_client(base_url, api_key, secret)
        self.spot_sdk = sdk_spot_client(base_url, api_key, secret)
        self.wallet = sdk_wallet_client(base_url, api_key, secret)
        self.messages: list[dict[str, Any]] = []

    def start(self) -> dict[str, Any]:
        rest = self.margin.rest_api
        info = self.spot_sdk.rest_api.exchange_info().data()
        pairs, isolated = rest.get_all_cross_margin_pairs().data(), rest.get_all_isolated_margin_symbol().data()
        return {"pairs": len(info.symbols), "margin_pairs": len(pairs), "isolated": len(isolated)}

    def readers(self) -> dict[str, Callable[[], Any]]:
        """Return calls that only read, to hold the types of their answers against the SDK's models."""
        margin, spot, wallet = self.margin.rest_api, self.spot_sdk.rest_api, self.wallet.rest_api
        one = "BTCUSDT"
        return {
            "margin assets": margin.get_all_margin_assets,
            "margin ratios": margin.cross_margin_collateral_ratio,
            "margin tiers": lambda: margin.query_isolated_margin_tier_data(one),
            "margin brackets": margin.query_liability_coin_leverage_bracket_in_cross_margin_pro_mode,
            "margin fees": margin.query_cross_margin_fee_data,
            "isolated fees": margin.query_isolated_margin_fee_data,
            "inventory": lambda: margin.query_margin_available_inventory("MARGIN"),
            "rates": lambda: margin.query_margin_interest_rate_history("USDT"),
            "next rates": lambda: margin.get_future_hourly_interest_rate("USDT,BTC", "FALSE"),
            "bars": margin.get_summary_of_margin_account,
            "isolated limit": margin.query_enabled_isolated_margin_account_limit,
            "burn": margin.get_bnb_burn_status,
            "open orders": lambda: margin.query_margin_accounts_open_orders(symbol=one),
            "all orders": lambda: margin.query_margin_accounts_all_orders(one),
            "trades": lambda: margin.query_margin_accounts_trade_list(one),
            "max borrow": lambda: margin.query_max_borrow("USDT"),
            "max out": lambda: margin.query_max_transfer_out_amount("USDT"),
            "loans": lambda: margin.query_borrow_repay_records_in_margin_account("BORROW"),
            "spot account": spot.get_account,
            "spot open orders": spot.get_open_orders,
            "spot trades": lambda: spot.my_trades(one),
            "depth": lambda: spot.depth(one),
            "agg trades": lambda: spot.agg_trades(one),
            "klines": lambda: spot.klines(one, "1m"),
            "average": lambda: spot.avg_price(one),
            "ticker 24 h": lambda: spot.ticker24hr(one),
            "ticker price": lambda: spot.ticker_price(one),
            "ticker book": lambda: spot.ticker_book_ticker(one),
            "ticker day": lambda: spot.ticker_trading_day(one),
            "ticker": lambda: spot.ticker(one),
            "coins": wallet.all_coins_information,
            "status": wallet.system_status,
            "restrictions": wallet.get_api_key_permission,
            "fees": wallet.trade_fee,
            "account info": wallet.account_info,
            "account status": wallet.account_status,
            "transfers": lambda: wallet.query_user_universal_transfer_history("MAIN_MARGIN"),
        }

    def market(self) -> dict[str, Any]:
        rest = self.spot_sdk.rest_api
        book = rest.depth("BTCUSDT", limit=20).data()
        price = rest.ticker_price("BTCUSDT").data().to_dict()["price"]
        candles, trades = rest.klines("BTCUSDT", "1m", limit=5).data(), rest.get_trades("BTCUSDT", limit=5).data()
        best = {"bid": book.bids[0][0], "ask": book.asks[0][0]}
        return {"price": price, **best, "candles": len(candles), "trades": len(trades)}

    async def listen(self) -> None:
        faults = {name: fault for name, call in self.readers().items() if (fault := fault_of(call))}
        observe("read", called=len(self.readers()), faults=faults)
        await self.hear_market()
        await self.use_ws_api()
        key = self.margin.rest_api.start_user_data_stream().data().listen_key
        self.margin.rest_api.keepalive_user_data_stream(key)
        await self.margin.websocket_streams.create_connection()
        risk = await self.margin.websocket_streams.risk_data(key)
        risk.on("message", self.take)
        second = self.margin.rest_api.start_user_data_stream_v2().data().listen_key
        if second != key:
            trades = await self.margin.websocket_streams.trade_data(second)
            trades.on("message", self.take)
        await asyncio.sleep(0.5)

    async def hear_market(self) -> None:
        """Take a message of each of some market streams."""
        streams = self.spot_sdk.websocket_streams
        await streams.create_connection()
        heard: asyncio.Queue[str] = asyncio.Queue()
        wanted = {
            "trade": await streams.trade(symbol="btcusdt"),
            "kline": await streams.kline(symbol="btcusdt", interval="1m"),
            "depth": await streams.diff_book_depth(symbol="btcusdt"),
            "bookTicker": await streams.book_ticker(symbol="btcusdt"),
            "ticker": await streams.ticker(symbol="btcusdt"),
        }
        for name, stream in wanted.items():
            stream.on("message", lambda _, name=name: heard.put_nowait(name))
        names: set[str] = set()
        while names != set(wanted):
            names.add(await asyncio.wait_for(heard.get(), FIRST_SECONDS))
        observe("streams", heard=sorted(names))

    async def use_ws_api(self) -> None:
        """Subscribe spot user data by signature; place, read and cancel an order on the WebSocket API."""
        api = self.spot_sdk.websocket_api
        await api.create_connection()
        user_data = await api.user_data_stream_subscribe_signature()
        user_data.stream.on("message", self.take)
        book = (await api.depth("BTCUSDT", limit=5)).data().result
        price = round(float(book.bids[-1][0]) * 0.9, 2)
        more = {"time_in_force": "GTC", "quantity": 0.001, "price": price}
        placed = (await api.order_place("BTCUSDT", "BUY", "LIMIT", **more)).data().result
        status = (await api.order_status("BTCUSDT", order_id=placed.order_id)).data().result
        cancelled = (await api.order_cancel("BTCUSDT", order_id=placed.order_id)).data().result
        account = (await api.account_status()).data().result
        observe(
            "ws api",
            status=status.status,
            cancelled=json.loads(cancelled.to_json())["status"],
            balances=len(account.balances),
        )

    def take(self, message: Any) -> None:
        """Keep an event as it was on the wire; the SDK tells its name by the class alone."""
        event = getattr(message, "actual_instance", message)
        name = type(event).__name__
        self.messages.append(event if isinstance(event, dict) else {"e": WIRE_NAMES.get(name, name), **event.to_dict()})

    def transfer(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        end = "to_symbol" if kind.startswith("MAIN_") else "from_symbol"
        more = {end: symbol} if symbol else {}
        return self.wallet.rest_api.user_universal_transfer(kind, asset, amount, **more).data()

    def market_order(self, symbol: str, side: str, effect: str, isolated: bool, **amount: str) -> Any:
        wanted = {"quote_order_qty": amount["cost"]} if "cost" in amount else {"quantity": amount["quantity"]}
        flags = {"is_isolated": "TRUE" if isolated else "FALSE", "side_effect_type": effect}
        order = self.margin.rest_api.margin_account_new_order(symbol, side, "MARKET", **wanted, **flags).data()
        borrowed = str(order.margin_buy_borrow_amount or 0)
        return {"status": order.status, "executed": order.executed_qty, "borrowed": borrowed}

    def cross(self) -> dict[str, Any]:
        return cross_of(self.margin.rest_api.query_cross_margin_account_details().data().to_dict())

    def isolated(self, symbol: str) -> dict[str, Any]:
        answer = self.margin.rest_api.query_isolated_margin_account_info(symbols=symbol).data()
        return isolated_of(json.loads(answer.to_json()), symbol)

    def spot(self, asset: str) -> str:
        account = json.loads(self.spot_sdk.rest_api.get_account().data().to_json())
        return {row["asset"]: row["free"] for row in account["balances"]}.get(asset, "0")

    def loan(self, kind: str, asset: str, amount: str, symbol: str = "") -> Any:
        flag = "TRUE" if symbol else "FALSE"
        more = {"symbol": symbol} if symbol else {}
        return self.margin.rest_api.margin_account_borrow_repay(asset, flag, amount, kind, **more).data()

    def interest(self, asset: str) -> list[dict[str, Any]]:
        answer = self.margin.rest_api.get_interest_history(asset=asset, size=100).data()
        return [{"asset": row.asset, "interest": row.interest, "type": row.type} for row in answer.rows]

    def liquidations(self) -> list[dict[str, Any]]:
        answer = self.margin.rest_api.get_force_liquidation_record().data()
        return [record_of(row) for row in json.loads(answer.to_json())["rows"]]

    def index(self, symbol: str) -> str:
        return self.margin.rest_api.query_margin_priceindex(symbol).data().price

    async def close(self) -> None:
        for sockets in (
            self.margin.websocket_streams,
            self.spot_sdk.websocket_api,
            self.spot_sdk.websocket_streams,
        ):
            await sockets.close_connection(close_session=True)


def fault_of(call: Callable[[], Any]) -> str:
    """Return the error that a call ends in, or nothing."""
    try:
        call().data()
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    return ""


async def main() -> None:
    given = arguments()
    logging.basicConfig(level=logging.WARNING)
    trader = SdkTrader(given.base_url, given.api_key, given.secret)
    for client in (trader.margin, trader.spot_sdk, trader.wallet):
        client.rest_api.configuration.timeout = TIMEOUT_MS
    await play(trader, Sandbox(given.sandbox))


if __name__ == "__main__":
    asyncio.run(main())
