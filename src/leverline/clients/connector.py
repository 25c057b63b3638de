"""binance-connector 3, bound to a venue: REST, market streams and the WebSocket API."""

from typing import Any

from leverline.clients.guards import bind_requests_session
from leverline.clients.library import load
from leverline.clients.venue_address import VenueAddress

PACKAGE = "binance-connector"


def connector_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `binance.spot.Spot` bound to the venue; other arguments go to it."""
    venue = VenueAddress(base_url)
    venue.refuse_proxy(options.get("proxies"))
    client = load("binance.spot", PACKAGE).Spot(api_key, secret, base_url=venue.http, **options)
    bind_requests_session(client.session, venue)
    return client


def connector_stream(base_url: str, **options: Any) -> Any:
    """Return `SpotWebsocketStreamClient`, connected to the venue's market streams.

    `on_message` and the other callbacks go to it, and `is_combined` for the form with the stream's name.
    """
    venue = VenueAddress(base_url)
    library = load("binance.websocket.spot.websocket_stream", PACKAGE)
    return bound_socket_client(library.SpotWebsocketStreamClient, venue)(stream_url=venue.ws, **options)


def connector_ws_api(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `SpotWebsocketAPIClient`, connected to the venue's WebSocket API; callbacks go to it."""
    venue = VenueAddress(base_url)
    library = load("binance.websocket.spot.websocket_api", PACKAGE)
    bound = bound_socket_client(library.SpotWebsocketAPIClient, venue)
    return bound(stream_url=f"{venue.ws}/ws-api/v3", api_key=api_key, api_secret=secret, **options)


def bound_socket_client(library_class: Any, venue: VenueAddress) -> Any:
    """Return a class of socket client whose connection is the guarded one."""
    manager = bound_manager(venue)

    class BoundSocketClient(library_class):  # type: ignore[misc]
        """The socket client at a venue."""

        def _initialize_socket(self, stream_url: str, *callbacks: Any) -> Any:
            *others, proxies = callbacks
            venue.refuse_proxy(proxies)
            names = ("message", "open", "close", "error", "ping", "pong")
            options = dict(
                zip([f"on_{name}" for name in names] + ["logger", "timeout", "time_unit"], others, strict=True)
            )
            return manager(stream_url, **options)

    return BoundSocketClient


def bound_manager(venue: VenueAddress) -> Any:
    """Return the library's thread of one connection, which connects to the venue alone."""
    library_class: Any = load("binance.websocket.binance_socket_manager", PACKAGE).BinanceSocketManager
    websocket = load("websocket", "websocket-client")

    class BoundSocketManager(library_class):  # type: ignore[misc]
        """One connection to a venue, which follows no redirect and uses no proxy of the environment."""

        def create_ws_connection(self) -> None:
            """Connect, after the address is checked."""
            venue.check(self.stream_url)
            self.ws = websocket.create_connection(
                self.stream_url, timeout=self.timeout, redirect_limit=0, http_no_proxy=["*"]
            )
            self._callback(self.on_open)

    return BoundSocketManager
