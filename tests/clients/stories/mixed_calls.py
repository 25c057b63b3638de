"""Each client library as one function: a signed request by the method that the library has for it, or by its own way.

Every adapter takes a method, a path and the words of the wire. What a library knows by a name of its own goes there.
"""

import inspect
import typing
from collections.abc import Callable
from typing import Any

from leverline import clients

Call = Callable[[str, str, dict[str, str]], Any]
Route = tuple[str, str]

MARGIN = "/sapi/v1/margin"
PYTHON_BINANCE: dict[Route, str] = {
    ("POST", "/api/v3/order"): "create_order",
    ("POST", "/api/v3/order/test"): "create_test_order",
    ("POST", "/api/v3/order/cancelReplace"): "cancel_replace_order",
    ("POST", "/api/v3/orderList/oco"): "create_oco_order",
    ("POST", "/api/v3/orderList/oto"): "v3_post_order_list_oto",
    ("POST", "/api/v3/orderList/otoco"): "v3_post_order_list_otoco",
    ("POST", f"{MARGIN}/order"): "create_margin_order",
    ("POST", f"{MARGIN}/order/oco"): "create_margin_oco_order",
    ("DELETE", f"{MARGIN}/orderList"): "cancel_margin_oco_order",
    ("POST", f"{MARGIN}/borrow-repay"): "margin_borrow_repay",
    ("POST", f"{MARGIN}/max-leverage"): "set_margin_max_leverage",
    ("POST", f"{MARGIN}/manual-liquidation"): "margin_manual_liquidation",
    ("POST", f"{MARGIN}/exchange-small-liability"): "exchange_small_liability_assets",
    ("POST", "/sapi/v1/asset/transfer"): "make_universal_transfer",
    ("POST", "/sapi/v1/asset/dust"): "transfer_dust",
}
CONNECTOR: dict[Route, str] = {
    ("POST", "/api/v3/order"): "new_order",
    ("POST", "/api/v3/order/test"): "new_order_test",
    ("POST", "/api/v3/order/cancelReplace"): "cancel_and_replace",
    ("POST", "/api/v3/orderList/oco"): "new_oco_order",
    ("POST", "/api/v3/orderList/oto"): "new_oto_order",
    ("POST", "/api/v3/orderList/otoco"): "new_otoco_order",
    ("DELETE", "/api/v3/orderList"): "cancel_oco_order",
    ("POST", f"{MARGIN}/order"): "new_margin_order",
    ("POST", f"{MARGIN}/order/oco"): "new_margin_oco_order",
    ("POST", f"{MARGIN}/order/oto"): "margin_new_oto_order",
    ("POST", f"{MARGIN}/order/otoco"): "margin_new_otoco_order",
    ("DELETE", f"{MARGIN}/orderList"): "cancel_margin_oco_order",
    ("POST", f"{MARGIN}/max-leverage"): "adjust_cross_margin_max_leverage",
    ("POST", f"{MARGIN}/manual-liquidation"): "margin_manual_liquidation",
    ("POST", "/sapi/v1/asset/transfer"): "user_universal_transfer",
}
SDK: dict[Route, str] = {
    ("POST", "/api/v3/order"): "spot new_order",
    ("POST", "/api/v3/order/test"): "spot order_test",
    ("POST", "/api/v3/order/cancelReplace"): "spot order_cancel_replace",
    ("PUT", "/api/v3/order/amend/keepPriority"): "spot order_amend_keep_priority",
    ("POST", "/api/v3/order/oco"): "spot order_oco",
    ("POST", "/api/v3/orderList/oco"): "spot order_list_oco",
    ("POST", "/api/v3/orderList/oto"): "spot order_list_oto",
    ("POST", "/api/v3/orderList/otoco"): "spot order_list_otoco",
    ("DELETE", "/api/v3/orderList"): "spot delete_order_list",
    ("POST", f"{MARGIN}/order"): "margin margin_account_new_order",
    ("POST", f"{MARGIN}/order/oco"): "margin margin_account_new_oco",
    ("POST", f"{MARGIN}/order/oto"): "margin margin_account_new_oto",
    ("POST", f"{MARGIN}/order/otoco"): "margin margin_account_new_otoco",
    ("DELETE", f"{MARGIN}/orderList"): "margin margin_account_cancel_oco",
    ("POST", f"{MARGIN}/borrow-repay"): "margin margin_account_borrow_repay",
    ("POST", f"{MARGIN}/max-leverage"): "margin adjust_cross_margin_max_leverage",
    ("POST", f"{MARGIN}/manual-liquidation"): "margin margin_manual_liquidation",
    ("POST", f"{MARGIN}/exchange-small-liability"): "margin small_liability_exchange",
    ("POST", "/sapi/v1/asset/transfer"): "wallet user_universal_transfer",
    ("POST", "/sapi/v1/asset/dust"): "wallet dust_transfer",
}


def ccxt_call(base_url: str, key: str, secret: str) -> Call:
    """Return what sends a signed request by ccxt, whose methods of the interface are made of paths."""
    exchange = clients.ccxt_client(base_url, key, secret, enableRateLimit=False)
    exchange.load_markets()

    def call(method: str, path: str, words: dict[str, str]) -> Any:
        family, version, rest = path.removeprefix("/").split("/", 2)
        section = "private" if family == "api" else {"v1": "sapi", "v2": "sapiV2", "v3": "sapiV3"}[version]
        return exchange.request(rest, [section], method, dict(words))

    return call


def python_binance_call(base_url: str, key: str, secret: str) -> Call:
    """Return what sends a signed request by python-binance."""
    client = clients.python_binance_client(base_url, key, secret)

    def call(method: str, path: str, words: dict[str, str]) -> Any:
        if name := PYTHON_BINANCE.get((method, path)):
            return getattr(client, name)(**words)
        family, version, rest = path.removeprefix("/").split("/", 2)
        if family == "sapi":
            return client._request_margin_api(method.lower(), rest, True, data=dict(words), version=int(version[1:]))
        return client._request_api(method.lower(), rest, True, version, data=dict(words))

    return call


def connector_call(base_url: str, key: str, secret: str) -> Call:
    """Return what sends a signed request by binance-connector."""
    client = clients.connector_client(base_url, key, secret)

    def call(method: str, path: str, words: dict[str, str]) -> Any:
        if name := CONNECTOR.get((method, path)):
            return getattr(client, name)(**words)
        return client.sign_request(method, path, dict(words))

    return call


def sdk_call(base_url: str, key: str, secret: str) -> Call:
    """Return what sends a signed request by the official SDKs, whose own way for any path does not run (8.9)."""
    from binance_common.utils import send_request

    makers = {
        "spot": clients.sdk_spot_client,
        "margin": clients.sdk_margin_client,
        "wallet": clients.sdk_wallet_client,
    }
    parts = {name: make(base_url, key, secret).rest_api for name, make in makers.items()}
    rest = parts["margin"]

    def call(method: str, path: str, words: dict[str, str]) -> Any:
        if place := SDK.get((method, path)):
            part, name = place.split()
            act = getattr(parts[part], name)
            return act(**typed(act, words)).data()
        return send_request(rest._session, rest.configuration, method, path, dict(words), is_signed=True).data()

    return call


def typed(act: Callable[..., Any], words: dict[str, str]) -> dict[str, Any]:
    """Return words under the names and in the types of an SDK's method; what it demands without need is 0."""
    given = {snake(name): value for name, value in words.items()}
    found: dict[str, Any] = {}
    for name, parameter in inspect.signature(act).parameters.items():
        kinds = typing.get_args(parameter.annotation) or (parameter.annotation,)
        if name in given:
            found[name] = cast(given.pop(name), kinds)
        elif parameter.default is inspect.Parameter.empty:
            found[name] = 0
    assert not given, f"{act.__name__} knows no {given}"
    return found


def cast(value: str, kinds: tuple[Any, ...]) -> Any:
    """Return a word of the wire as one of the types that are taken."""
    if bool in kinds:
        return value.lower() == "true"
    for kind in (float, int):
        if kind in kinds:
            return kind(value)
    return value


def snake(name: str) -> str:
    """Return the SDK's spelling of a name of the wire."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


CALLS = {"ccxt": ccxt_call, "python-binance": python_binance_call, "connector": connector_call, "sdk": sdk_call}
