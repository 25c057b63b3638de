"""The index from public prices of an exchange, asked for over the network through ccxt (the extra `live`).

A poll brings the last prices of all USDT pairs at once. What was heard is said on for FRESH; after that this source is
silent, the index goes stale (rule 2.2), and the makers leave their books. Assets that the exchange does not list have
no index.
"""

import asyncio
import logging
from collections.abc import Mapping
from decimal import Decimal
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from leverline.kernel.decimals import RATIO_DECIMALS
from leverline.kernel.time import SECOND
from leverline.market.index_board import USDT
from leverline.sandbox.index import PRICE_MAX
from leverline.sandbox.ports import Clock, SandboxFault

POLL_EVERY: Final = 2.0
"""Seconds between two polls."""
FRESH: Final = 6 * SECOND
"""How long a price that was heard counts as one."""
TIMEOUT: Final = 10_000
"""Milliseconds after which an answer is not waited for."""

_log = logging.getLogger(__name__)


class LiveIndex:
    """An index driver fed by `poll`, which runs as a task of its own until it is cancelled."""

    is_free = False

    def __init__(self, exchange: str, clock: Clock, base_url: str = "", poll_every: float = POLL_EVERY) -> None:
        self.steps = 0
        self._clock = clock
        self._poll_every = poll_every
        self._client = make_client(exchange, base_url)
        self._heard: dict[str, tuple[int, int]] = {}
        """Price and venue time of what was heard last, by asset."""
        self.failures = 0
        """Polls in a row that failed."""

    def start(self, prices: Mapping[str, int], steps: int, now: int) -> None:
        """Nothing of before counts: prices come from the exchange alone."""

    def step(self, now: int) -> Mapping[str, int]:
        """Return what was heard a short while ago at most."""
        return {asset: price for asset, (price, time) in self._heard.items() if now - time < FRESH}

    async def poll(self) -> None:
        """Ask for prices again and again; a poll that fails is silence."""
        try:
            while True:
                await self.ask()
                await asyncio.sleep(self._poll_every)
        finally:
            await self._client.close()

    async def ask(self) -> None:
        """Ask once."""
        try:
            tickers = await self._client.fetch_tickers()
        except Exception as fault:
            self.failures += 1
            if self.failures == 1:
                _log.warning("no public prices: %s: %s", type(fault).__name__, fault)
            return
        self.failures = 0
        self.hear(tickers)

    def hear(self, tickers: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the last prices of the tickers in USDT; one that makes no sense is left out."""
        now = self._clock.now()
        for symbol, ticker in tickers.items():
            base, _, quote = symbol.partition("/")
            price = read_price(ticker.get("last")) if quote == USDT else 0
            if price:
                self._heard[base] = (price, now)


def read_price(last: object) -> int:
    """Return a price as ccxt gives it in 10⁻¹², 0 for none or one that cannot be."""
    if isinstance(last, bool) or not isinstance(last, int | float | str):
        return 0
    try:
        price = int(Decimal(str(last)).scaleb(RATIO_DECIMALS))
    except (ArithmeticError, ValueError):
        return 0
    return price if 0 < price <= PRICE_MAX else 0


def make_client(exchange: str, base_url: str) -> Any:
    """Return ccxt's client of an exchange, all its addresses moved to `base_url` if there is one.

    Raises SandboxFault if ccxt is not installed or knows no such exchange.
    """
    try:
        ccxt: Any = import_module("ccxt.async_support")
    except ImportError:
        raise SandboxFault("live prices need ccxt: pip install 'leverline[live]'") from None
    if exchange not in ccxt.exchanges:
        raise SandboxFault(f"ccxt knows no exchange {exchange!r}")
    client = getattr(ccxt, exchange)({"enableRateLimit": True, "timeout": TIMEOUT})
    client.options["fetchMarkets"] = {"types": ["spot"]}
    if base_url:
        client.urls["api"] = moved(client.urls["api"], base_url)
    return client


def moved(addresses: Any, base_url: str) -> Any:
    """Return ccxt's addresses, which may be nested, with the host of `base_url`."""
    if isinstance(addresses, dict):
        return {name: moved(address, base_url) for name, address in addresses.items()}
    base, address = urlsplit(base_url), urlsplit(str(addresses))
    return urlunsplit((base.scheme, base.netloc, address.path, address.query, ""))
