"""Every reading operation of the three SDKs after a story in which much happens, and which fields of their models came.

Operations and models are found in the SDKs themselves. A field of a model counts as seen when some answer had it.
"""

import contextlib
import inspect
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

from binance_common.errors import NotFoundError
from pydantic import BaseModel
from report import observe
from sdk import TIMEOUT_MS, SdkTrader
from story import Sandbox, arguments

METHOD, PATH = re.compile(r'method="(\w+)"'), re.compile(r'path="([^"]+)"')
VALUES: dict[str, Any] = {
    "symbol": "BTCUSDT", "asset": "USDT", "assets": "USDT,BTC", "coin": "USDT", "is_isolated": "FALSE",
    "interval": "1m", "from_id": 0, "current": 1, "size": 100,
}  # fmt: skip
ONLY = {
    "/api/v3/ticker": {"symbol": "BTCUSDT"},
    "/api/v3/ticker/tradingDay": {"symbol": "BTCUSDT"},
}
"""What an operation must be given though its method does not say so."""
TYPES = {
    "/sapi/v1/margin/available-inventory": "MARGIN",
    "/sapi/v1/margin/borrow-repay": "BORROW",
    "/sapi/v1/asset/transfer": "MAIN_MARGIN",
    "/sapi/v1/accountSnapshot": "SPOT",
}
ISOLATED = {"isolated_symbol": "ETHUSDT"}
MORE: dict[str, list[dict[str, Any]]] = {
    "/sapi/v1/margin/isolated/account": [{"symbols": "ETHUSDT"}],
    "/sapi/v1/margin/interestHistory": [ISOLATED],
    "/sapi/v1/margin/borrow-repay": [{"type": "REPAY"}, ISOLATED],
    "/sapi/v1/margin/transfer": [ISOLATED],
    "/sapi/v1/margin/capital-flow": [{"symbol": "ETHUSDT"}],
    "/sapi/v1/accountSnapshot": [{"type": "MARGIN"}],
    "/sapi/v1/asset/wallet/balance": [{"need_balance_detail": "true"}],
    "/api/v3/ticker": [{"symbol": None, "symbols": '["BTCUSDT"]'}, {"type": "MINI"}],
    "/api/v3/ticker/24hr": [{"symbol": "BTCUSDT"}, {"symbol": "BTCUSDT", "type": "MINI"}],
    "/api/v3/ticker/tradingDay": [{"symbol": None, "symbols": '["BTCUSDT"]'}, {"type": "MINI"}],
    "/api/v3/ticker/price": [{"symbol": "BTCUSDT"}],
    "/api/v3/ticker/bookTicker": [{"symbol": "BTCUSDT"}],
}
"""Further parameters with which an operation answers more."""


class Models:
    """What the SDKs' models have, and what came."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.seen: set[str] = set()

    def take(self, value: Any) -> None:
        """Note what an answer, or a part of one, has."""
        if isinstance(value, (list, tuple)):
            for each in value:
                self.take(each)
        elif isinstance(value, BaseModel):
            inner = getattr(value, "actual_instance", None)
            if inner is not None:
                self.take(inner)
            else:
                self.take_fields(value)

    def take_fields(self, model: BaseModel) -> None:
        """Note the fields of one model."""
        kind = type(model)
        for name, field in kind.model_fields.items():
            if name == "additional_properties":
                continue
            label, value = f"{kind.__name__}.{field.alias or name}", getattr(model, name)
            self.known.add(label)
            if value is not None and value != []:
                self.seen.add(label)
                self.take(value)


def readers(rest: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the reading operations of an SDK: path and method."""
    for api in vars(rest).values():
        if not type(api).__name__.endswith("Api"):
            continue
        for name, function in inspect.getmembers(type(api), inspect.isfunction):
            source = inspect.getsource(function)
            method, path = METHOD.search(source), PATH.search(source)
            if not name.startswith("_") and method and path and method[1] == "GET":
                yield path[1], getattr(api, name)


def given(path: str, call: Callable[..., Any]) -> dict[str, Any]:
    """Return values of the parameters that an operation must have."""
    parameters = inspect.signature(call).parameters
    names = [name for name, each in parameters.items() if each.default is inspect.Parameter.empty]
    return {name: TYPES.get(path) if name == "type" else VALUES.get(name) for name in names} | ONLY.get(path, {})


def tell_story(trader: SdkTrader, sandbox: Sandbox) -> None:
    """Let happen what leaves traces: transfers, loans, interest, orders of all kinds, trades, a withdrawal, a fall."""
    margin, spot = trader.margin.rest_api, trader.spot_sdk.rest_api
    trader.transfer("MAIN_MARGIN", "USDT", "4000")
    trader.transfer("MAIN_ISOLATED_MARGIN", "USDT", "1000", "ETHUSDT")
    trader.transfer("ISOLATEDMARGIN_MARGIN", "USDT", "1", "ETHUSDT")
    trader.market_order("BTCUSDT", "BUY", "MARGIN_BUY", False, cost="11000")
    trader.market_order("ETHUSDT", "BUY", "MARGIN_BUY", True, cost="1800")
    price = round(float(trader.index("BTCUSDT")))
    low = {"time_in_force": "GTC", "quantity": 0.01, "price": round(price * 0.9)}
    stop = low | {"stop_price": round(price * 0.91)}
    waiting = margin.margin_account_new_order("BTCUSDT", "SELL", "STOP_LOSS_LIMIT", **stop).data()
    ONLY["/sapi/v1/margin/order"] = {"order_id": waiting.order_id}
    bought = spot.new_order("BTCUSDT", "BUY", "MARKET", quantity=0.01).data()
    ONLY["/api/v3/order"] = {"order_id": bought.order_id}
    expired = spot.new_order("BTCUSDT", "BUY", "LIMIT", **low | {"time_in_force": "IOC"}).data()
    strategy = {"strategy_id": 7, "strategy_type": 1_000_007}
    planned = spot.new_order("BTCUSDT", "BUY", "LIMIT", **low, iceberg_qty=0.005, **strategy).data()
    MORE["/api/v3/order"] = [{"order_id": each.order_id} for each in (expired, planned)]
    spot.new_order("BTCUSDT", "SELL", "STOP_LOSS_LIMIT", **stop | {"quantity": 0.001})
    follow = {"time_in_force": "GTC", "quantity": 0.001, "price": round(price * 0.85), "trailing_delta": 500}
    trailing = spot.new_order("BTCUSDT", "SELL", "STOP_LOSS_LIMIT", **follow).data()
    MORE["/api/v3/order"].append({"order_id": trailing.order_id})
    spot.order_amend_keep_priority("BTCUSDT", new_qty=0.008, order_id=planned.order_id)
    ONLY["/api/v3/order/amendments"] = {"order_id": planned.order_id}
    with contextlib.suppress(NotFoundError):  # a venue without order lists has none to show
        place_lists(trader, price)
    prevent(spot)
    margin.create_special_key("story")
    convert(trader)
    sandbox.ask("POST", "clock", {"advance": "2h"})
    trader.loan("REPAY", "USDT", "100")
    trader.wallet.rest_api.withdraw("USDT", "an-address", 10)


def place_lists(trader: SdkTrader, price: int) -> None:
    """Leave lists of orders open in the spot wallet and the cross account."""
    margin, spot = trader.margin.rest_api, trader.spot_sdk.rest_api
    high, low = round(price * 1.1), round(price * 0.9)
    above = {"above_type": "LIMIT_MAKER", "above_price": high}
    below = {"below_type": "STOP_LOSS", "below_stop_price": low}
    either = spot.order_list_oco("BTCUSDT", "SELL", 0.001, **above, **below).data()
    ONLY["/api/v3/orderList"] = {"order_list_id": either.order_list_id}
    stop = {"stop_limit_price": low - 100, "stop_limit_time_in_force": "GTC"}
    either = margin.margin_account_new_oco("BTCUSDT", "SELL", 0.001, high, low, **stop).data()
    ONLY["/sapi/v1/margin/orderList"] = {"order_list_id": either.order_list_id}
    working = {"working_type": "LIMIT", "working_side": "SELL", "working_price": high, "working_quantity": 0.001}
    pending = {"pending_type": "MARKET", "pending_side": "BUY", "pending_quantity": 0.001}
    working |= {"working_iceberg_qty": 0.0005, "working_time_in_force": "GTC"}
    margin.margin_account_new_oto("BTCUSDT", **working, **pending)


def convert(trader: SdkTrader) -> None:
    """Have a small balance and a small debt converted."""
    trader.spot_sdk.rest_api.new_order("ETHUSDT", "BUY", "MARKET", quote_order_qty=12)
    trader.wallet.rest_api.dust_transfer("ETH")
    trader.loan("BORROW", "USDT", "200")
    trader.loan("BORROW", "BNB", "0.06")
    trader.market_order("BNBUSDT", "BUY", "AUTO_REPAY", False, quantity="0.052")
    trader.margin.rest_api.small_liability_exchange("BNB")


def prevent(spot: Any) -> None:
    """Let an order meet one of the same account."""
    book = spot.depth("BTCUSDT", limit=5).data()
    between = {"time_in_force": "GTC", "quantity": 0.001}
    between["price"] = round((float(book.asks[0][0]) + float(book.bids[0][0])) / 2, 2)
    resting = spot.new_order("BTCUSDT", "SELL", "LIMIT", **between).data()
    spot.new_order("BTCUSDT", "BUY", "LIMIT", **between)
    ONLY["/api/v3/myPreventedMatches"] = {"order_id": resting.order_id}
    MORE["/api/v3/order"].append({"order_id": resting.order_id})


def main() -> None:
    """Play, then read everything twice: before the account is liquidated, and after."""
    wanted = arguments()
    logging.basicConfig(level=logging.WARNING)
    trader, sandbox = SdkTrader(wanted.base_url, wanted.api_key, wanted.secret), Sandbox(wanted.sandbox)
    rests = [client.rest_api for client in (trader.margin, trader.spot_sdk, trader.wallet)]
    for rest in rests:
        rest.configuration.timeout = TIMEOUT_MS
    tell_story(trader, sandbox)
    models, faults, read = Models(), {}, set()
    for time in ("before", "after"):
        if time == "after":
            sandbox.ask("POST", "index", {"BTC": "-40%"})
            sandbox.ask("POST", "clock", {"advance": "1m"})
        for path, call in (each for rest in rests for each in readers(rest)):
            for more in ({}, *MORE.get(path, ())):
                try:
                    models.take(call(**given(path, call) | more).data())
                    read.add(f"GET {path}")
                except Exception as fault:
                    faults[f"GET {path}"] = f"{time} {more} {type(fault).__name__}: {fault}"
    asked = {f"GET {path}" for rest in rests for path, _ in readers(rest)}
    observe(
        "models", asked=sorted(asked), read=sorted(read), faults=faults, known=sorted(models.known),
        seen=sorted(models.seen),
    )  # fmt: skip


if __name__ == "__main__":
    main()
