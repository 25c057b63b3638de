"""One client trades at random for a while: orders, loans, transfers, queries. What it met goes out at the end.

A refusal by the venue is a part of trading and is counted by its code; anything else that goes wrong ends the script.
Arguments: library, base URL, key, secret, seconds, seed.
"""

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from report import observe

from leverline import clients

PAIRS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
ASSETS = ("USDT", "BTC", "ETH", "SOL")
STEP = {"BTCUSDT": 5, "ETHUSDT": 4, "SOLUSDT": 3}
"""Decimals of a quantity."""
EFFECTS = ("NO_SIDE_EFFECT", "MARGIN_BUY", "AUTO_REPAY", "AUTO_BORROW_REPAY")
CODE = re.compile(r"-\d{4,5}")
WORTH = 25.0
"""Quote that an order is worth, about."""

Call = Callable[[str, str, dict[str, str]], Any]


def ccxt_call(base_url: str, key: str, secret: str) -> Call:
    """Return what sends a signed request by ccxt."""
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
        family, version, rest = path.removeprefix("/").split("/", 2)
        if family == "sapi":
            return client._request_margin_api(method.lower(), rest, True, data=dict(words), version=int(version[1:]))
        return client._request_api(method.lower(), rest, True, version, data=dict(words))

    return call


def connector_call(base_url: str, key: str, secret: str) -> Call:
    """Return what sends a signed request by binance-connector."""
    client = clients.connector_client(base_url, key, secret)

    def call(method: str, path: str, words: dict[str, str]) -> Any:
        return client.sign_request(method, path, dict(words))

    return call


def sdk_call(base_url: str, key: str, secret: str) -> Call:
    """Return what sends a signed request by the official SDK, whose own way for any path does not run (8.9)."""
    from binance_common.utils import send_request

    rest = clients.sdk_margin_client(base_url, key, secret).rest_api

    def call(method: str, path: str, words: dict[str, str]) -> Any:
        return send_request(rest._session, rest.configuration, method, path, dict(words), is_signed=True).data()

    return call


CALLS = {"ccxt": ccxt_call, "python-binance": python_binance_call, "connector": connector_call, "sdk": sdk_call}


class Bot:
    """Draws what to do next, and does it."""

    def __init__(self, call: Call, rng: random.Random) -> None:
        self.call = call
        self.rng = rng
        self.prices = dict.fromkeys(PAIRS, 0.0)
        self.met: Counter[str] = Counter()
        self.acts: list[tuple[int, Callable[[], Any]]] = [
            (30, self.order),
            (10, self.spot_order),
            (8, self.conditional),
            (12, self.cancel_all),
            (6, self.loan),
            (6, self.transfer),
            (20, self.look),
            (8, self.refresh),
        ]

    def run(self, seconds: float) -> None:
        """Act until the time is over."""
        self.refresh()
        weights = [weight for weight, _ in self.acts]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ((_, act),) = self.rng.choices(self.acts, weights)
            try:
                act()
            except Exception as fault:
                self.met[refusal_of(fault)] += 1
            else:
                self.met["done"] += 1

    def ask(self, method: str, path: str, **words: Any) -> Any:
        """Send one signed request."""
        return self.call(method, path, {name: str(value) for name, value in words.items()})

    def refresh(self) -> None:
        """Read the index of a pair, or of all at first."""
        for pair in PAIRS if not all(self.prices.values()) else [self.rng.choice(PAIRS)]:
            self.prices[pair] = float(told(self.ask("GET", "/sapi/v1/margin/priceIndex", symbol=pair))["price"])

    def draw(self) -> tuple[str, str, float, str]:
        """Return a pair, a side, a price near the index and a quantity."""
        pair = self.rng.choice(PAIRS)
        price = self.prices[pair] * self.rng.uniform(0.985, 1.015)
        quantity = self.rng.uniform(0.5, 3) * WORTH / price
        return pair, self.rng.choice(("BUY", "SELL")), price, f"{quantity:.{STEP[pair]}f}"

    def order(self) -> None:
        """Place a margin order at a limit or at the market."""
        pair, side, price, quantity = self.draw()
        words = self.terms(price) | {"sideEffectType": self.rng.choice(EFFECTS)}
        self.ask("POST", "/sapi/v1/margin/order", symbol=pair, side=side, quantity=quantity, **words)

    def spot_order(self) -> None:
        """Place a spot order."""
        pair, side, price, quantity = self.draw()
        self.ask("POST", "/api/v3/order", symbol=pair, side=side, quantity=quantity, **self.terms(price))

    def terms(self, price: float) -> dict[str, str]:
        """Return the type of an order with what it takes."""
        if self.rng.random() < 0.3:
            return {"type": "MARKET"}
        return {"type": "LIMIT", "timeInForce": self.rng.choice(("GTC", "GTC", "IOC", "FOK")), "price": f"{price:.2f}"}

    def conditional(self) -> None:
        """Place a stop below or above the market."""
        pair, side, _, quantity = self.draw()
        stop = self.prices[pair] * (1.03 if side == "BUY" else 0.97)
        words = {"type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "price": f"{stop:.2f}", "stopPrice": f"{stop:.2f}"}
        self.ask("POST", "/sapi/v1/margin/order", symbol=pair, side=side, quantity=quantity, **words)

    def cancel_all(self) -> None:
        """Cancel all orders of a pair, on margin or on spot."""
        path = self.rng.choice(("/sapi/v1/margin/openOrders", "/api/v3/openOrders"))
        self.ask("DELETE", path, symbol=self.rng.choice(PAIRS))

    def loan(self) -> None:
        """Borrow or repay by hand."""
        asset, kind = self.rng.choice(ASSETS), self.rng.choice(("BORROW", "REPAY"))
        amount = {"USDT": "40", "BTC": "0.0006", "ETH": "0.012", "SOL": "0.25"}[asset]
        words = {"asset": asset, "isIsolated": "FALSE", "amount": amount, "type": kind}
        self.ask("POST", "/sapi/v1/margin/borrow-repay", **words)

    def transfer(self) -> None:
        """Move funds in or out."""
        kind = self.rng.choice(("MAIN_MARGIN", "MARGIN_MAIN"))
        self.ask("POST", "/sapi/v1/asset/transfer", type=kind, asset="USDT", amount=self.rng.randrange(5, 60))

    def look(self) -> None:
        """Ask for something of the account."""
        path, words = self.rng.choice(
            [
                ("/sapi/v1/margin/account", {}),
                ("/sapi/v1/margin/openOrders", {}),
                ("/sapi/v1/margin/allOrders", {"symbol": self.rng.choice(PAIRS)}),
                ("/sapi/v1/margin/myTrades", {"symbol": self.rng.choice(PAIRS)}),
                ("/sapi/v1/margin/capital-flow", {"limit": 50}),
                ("/sapi/v1/margin/interestHistory", {"size": 50}),
                ("/sapi/v1/margin/borrow-repay", {"type": "BORROW", "size": 50}),
                ("/sapi/v1/margin/maxBorrowable", {"asset": self.rng.choice(ASSETS)}),
                ("/sapi/v1/margin/forceLiquidationRec", {}),
                ("/api/v3/account", {}),
                ("/api/v3/myTrades", {"symbol": self.rng.choice(PAIRS)}),
            ]
        )
        self.ask("GET", path, **words)


def told(answer: Any) -> dict[str, Any]:
    """Return an answer as a dictionary, whatever the library made of it."""
    return answer if isinstance(answer, dict) else answer.to_dict()


def refusal_of(fault: Exception) -> str:
    """Return the venue's code of a refusal, or ccxt's name for it; raises any other fault again."""
    words = " ".join(str(word) for word in (fault, getattr(fault, "error_code", ""), getattr(fault, "code", "")))
    found = CODE.search(words)
    kinds = [kind.__name__ for kind in type(fault).__mro__]
    if "-1000" in words or "-1001" in words or not (found or "ExchangeError" in kinds):
        raise fault
    return found[0] if found else kinds[0]


if __name__ == "__main__":
    library, base_url, key, secret, seconds, seed = sys.argv[1:]
    bot = Bot(CALLS[library](base_url, key, secret), random.Random(f"{seed} {library}"))
    bot.run(float(seconds))
    observe("traded", library=library, met=dict(bot.met))
