"""ccxt and ccxt.pro, bound to a venue.

ccxt keeps a URL for each section of the exchange. Those of spot, margin and wallet are moved to the venue, all others
to a host that cannot exist, and markets are loaded of spot alone.
"""

from typing import Any
from urllib.parse import urlsplit

from leverline.clients.guards import bind_aiohttp_session, bind_requests_session
from leverline.clients.library import load
from leverline.clients.venue_address import VenueAddress, nowhere

REST_SECTIONS = ("public", "private", "v1", "sapi", "sapiV2", "sapiV3", "sapiV4")
STREAM_SECTIONS = ("spot", "margin")
REAL_ORIGIN = "https://api.binance.com"


def ccxt_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `ccxt.binance` bound to the venue; other arguments go to its configuration.

    Errors get the classes that they have at Binance, of margin too, which ccxt tells from the address.
    """
    venue = VenueAddress(base_url)
    exchange = bound_class(load("ccxt", "ccxt").binance, venue)(configuration(api_key, secret, options))
    move_urls(exchange.urls, venue)
    bind_requests_session(exchange.session, venue)
    return exchange


def ccxt_async_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `ccxt.async_support.binance` bound to the venue; close it with `await exchange.close()`."""
    return asynchronous("ccxt.async_support", base_url, api_key, secret, options)


def ccxt_pro_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `ccxt.pro.binance` bound to the venue, with its streams; close it with `await exchange.close()`."""
    return asynchronous("ccxt.pro", base_url, api_key, secret, options)


def asynchronous(module: str, base_url: str, api_key: str, secret: str, options: dict[str, Any]) -> Any:
    """Return the exchange of one of ccxt's asynchronous modules, bound."""
    venue = VenueAddress(base_url)
    exchange = bound_async_class(load(module, "ccxt").binance, venue)(configuration(api_key, secret, options))
    move_urls(exchange.urls, venue)
    return exchange


def configuration(api_key: str, secret: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return ccxt's configuration: the caller's, with markets of spot alone."""
    inner = {"fetchMarkets": {"types": ["spot"]}, **options.pop("options", {})}
    return {"apiKey": api_key, "secret": secret, **options, "options": inner}


def bound_class(library_class: Any, venue: VenueAddress) -> Any:
    """Return the exchange class with the classes of errors that the real address would give."""

    class BoundBinance(library_class):  # type: ignore[misc]
        """Binance as ccxt knows it, at a venue."""

        def get_exceptions_by_url(self, url: str | None, *others: Any) -> Any:
            """Choose the classes of errors as for the same path at Binance."""
            known = url.replace(venue.http, REAL_ORIGIN, 1) if url else url
            return super().get_exceptions_by_url(known, *others)

    return BoundBinance


def bound_async_class(library_class: Any, venue: VenueAddress) -> Any:
    """Return the asynchronous exchange class, whose session is guarded from its first moment."""

    class BoundAsyncBinance(bound_class(library_class, venue)):  # type: ignore[misc]
        """Binance as ccxt's asynchronous modules know it, at a venue."""

        def open(self, *arguments: Any, **options: Any) -> None:
            """Open the session and guard it."""
            super().open(*arguments, **options)
            bind_aiohttp_session(self.session, venue)

        def client(self, url: str) -> Any:
            """Return the stream client of a URL; refuse another host at once, for ccxt would try it again and again."""
            venue.check(url)
            return super().client(url)

        def get_socks_proxy_session(self, proxy: str) -> None:
            """Refuse a SOCKS proxy."""
            venue.refuse_proxy(proxy)

    return BoundAsyncBinance


def move_urls(urls: dict[str, Any], venue: VenueAddress) -> None:
    """Move the URLs of spot and margin to the venue, and every other, those of the test networks too, to nowhere."""
    for group in ("api", "test", "demo"):
        urls[group] = to_nowhere(urls.get(group, {}))
    for section in REST_SECTIONS:
        if section in urls["api"]:
            urls["api"][section] = venue.http + original_path(urls["api"][section])
    streams = urls["api"].get("ws")
    if isinstance(streams, dict):
        streams |= {section: f"{venue.ws}/ws" for section in STREAM_SECTIONS}
        streams["ws-api"] |= {"spot": f"{venue.ws}/ws-api/v3"}


def to_nowhere(value: Any) -> Any:
    """Return a tree of URLs with every host replaced by one that cannot exist."""
    if isinstance(value, dict):
        return {key: to_nowhere(inner) for key, inner in value.items()}
    return nowhere(value) if isinstance(value, str) and "://" in value else value


def original_path(url: str) -> str:
    """Return the path of a URL, like `/sapi/v1`."""
    return urlsplit(url).path
