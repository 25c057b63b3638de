"""python-binance, bound to a venue: the client, the asynchronous client and the sockets.

The library keeps its addresses as class attributes. Those of spot and margin are moved to the venue, all others to a
host that cannot exist.
"""

from typing import Any

from leverline.clients.guards import bind_aiohttp_session, bind_requests_session, websockets_options
from leverline.clients.library import load
from leverline.clients.venue_address import VenueAddress, nowhere

PACKAGE = "python-binance"
REST_ATTRIBUTES = ("API_URL", "API_TESTNET_URL", "API_DEMO_URL")
WS_API_ATTRIBUTES = ("WS_API_URL", "WS_API_TESTNET_URL", "WS_API_DEMO_URL")
STREAM_ATTRIBUTES = ("STREAM_URL", "STREAM_TESTNET_URL", "STREAM_DEMO_URL")


def python_binance_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `binance.client.Client` bound to the venue; other arguments go to it. It pings the venue when made."""
    venue = VenueAddress(base_url)
    return bound_client(load("binance.client", PACKAGE).Client, venue, bind_requests_session)(
        api_key, secret, **options
    )


async def python_binance_async_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `binance.async_client.AsyncClient` bound to the venue, after its ping and its reading of the time.

    Close it with `await client.close_connection()`.
    """
    venue = VenueAddress(base_url)
    bound = bound_client(load("binance.async_client", PACKAGE).AsyncClient, venue, bind_aiohttp_session)
    return await bound.create(api_key, secret, **options)


def python_binance_sockets(client: Any, **options: Any) -> Any:
    """Return the `BinanceSocketManager` of a client that `python_binance_async_client` made, bound to the same venue.

    Raises `ValueError` for any other client.
    """
    venue = getattr(client, "leverline_venue", None)
    if not isinstance(venue, VenueAddress):
        raise ValueError("the sockets need the client that python_binance_async_client returned")
    manager = bound_manager(load("binance.ws.streams", PACKAGE).BinanceSocketManager, venue)(client, **options)
    manager.ws_kwargs = websockets_options(venue)
    return manager


def bound_client(library_class: Any, venue: VenueAddress, bind_session: Any) -> Any:
    """Return a class of client with the venue's addresses and guarded transports."""

    class BoundClient(library_class):  # type: ignore[misc]
        """The client at a venue."""

        leverline_venue = venue

        def __init__(self, *arguments: Any, **options: Any) -> None:
            venue.refuse_proxy(options.get("https_proxy") or (options.get("requests_params") or {}).get("proxies"))
            super().__init__(*arguments, **options)
            self.ws_api._ws_kwargs = websockets_options(venue)
            self.ws_future.connect = refusal(venue, self.ws_future)

        def _init_session(self) -> Any:
            return bind_session(super()._init_session(), venue)

    return set_addresses(BoundClient, library_class, addresses(venue))


def bound_manager(library_class: Any, venue: VenueAddress) -> Any:
    """Return a class of socket manager with the venue's addresses, which refuses every other."""

    class BoundSocketManager(library_class):  # type: ignore[misc]
        """The sockets at a venue."""

        def _get_stream_url(self, stream_url: str | None = None) -> Any:
            url = super()._get_stream_url(stream_url)
            venue.check(url)
            return url

    return set_addresses(BoundSocketManager, library_class, addresses(venue))


def refusal(venue: VenueAddress, socket: Any) -> Any:
    """Return a `connect` that refuses, for the socket of a product that the venue does not have."""

    async def connect() -> None:
        venue.check(socket._url)

    return connect


def addresses(venue: VenueAddress) -> dict[str, str]:
    """Return the class attributes that hold addresses of spot and margin, with the venue's."""
    return {
        **{name: f"{venue.http}/api" for name in REST_ATTRIBUTES},
        "MARGIN_API_URL": f"{venue.http}/sapi",
        **{name: f"{venue.ws}/ws-api/v3" for name in WS_API_ATTRIBUTES},
        **{name: f"{venue.ws}/" for name in STREAM_ATTRIBUTES},
    }


def set_addresses(bound: Any, library_class: Any, known: dict[str, str]) -> Any:
    """Give a class the known addresses, and those of other products to nowhere; return it."""
    for name in dir(library_class):
        value = getattr(library_class, name)
        if name.endswith("URL") and isinstance(value, str):
            setattr(bound, name, known.get(name) or nowhere(value.replace("{}", "com")))
    return bound
