"""The modular SDKs of Binance (margin trading, spot, wallet), bound to a venue: REST, streams and WebSocket API."""

from typing import Any

from leverline.clients.guards import bind_aiohttp_session, bind_requests_session
from leverline.clients.library import load
from leverline.clients.venue_address import VenueAddress

COMMON = "binance_common.configuration"
COMMON_PACKAGE = "binance-common"


def sdk_margin_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `binance_sdk_margin_trading`'s `MarginTrading` bound to the venue: `rest_api` and `websocket_streams`.

    Other arguments, such as `timeout` in milliseconds, go to the configuration of REST.
    """
    venue = VenueAddress(base_url)
    library = load("binance_sdk_margin_trading.margin_trading", "binance-sdk-margin-trading")
    client = library.MarginTrading(
        config_rest_api=rest_configuration(venue, api_key, secret, options),
        config_ws_streams=streams_configuration(venue),
    )
    bind_requests_session(client.rest_api._session, venue)
    bind_sockets(client.websocket_streams, venue)
    return client


def sdk_spot_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `binance_sdk_spot`'s `Spot` bound to the venue: `rest_api`, `websocket_api` and `websocket_streams`.

    Other arguments go to the configuration of REST.
    """
    venue = VenueAddress(base_url)
    library = load("binance_sdk_spot.spot", "binance-sdk-spot")
    client = library.Spot(
        config_rest_api=rest_configuration(venue, api_key, secret, options),
        config_ws_api=ws_api_configuration(venue, api_key, secret, options),
        config_ws_streams=streams_configuration(venue),
    )
    bind_requests_session(client.rest_api._session, venue)
    bind_sockets(client.websocket_api, venue)
    bind_sockets(client.websocket_streams, venue)
    return client


def sdk_wallet_client(base_url: str, api_key: str = "", secret: str = "", **options: Any) -> Any:
    """Return `binance_sdk_wallet`'s `Wallet` bound to the venue: `rest_api`; other arguments configure it."""
    venue = VenueAddress(base_url)
    library = load("binance_sdk_wallet.wallet", "binance-sdk-wallet")
    client = library.Wallet(config_rest_api=rest_configuration(venue, api_key, secret, options))
    bind_requests_session(client.rest_api._session, venue)
    return client


def rest_configuration(venue: VenueAddress, api_key: str, secret: str, options: dict[str, Any]) -> Any:
    """Return the configuration of REST at the venue. Raises `OtherHostRefused` if a proxy is given."""
    venue.refuse_proxy(options.get("proxy"))
    known = {"api_key": api_key, "api_secret": secret, "base_path": venue.http}
    return load(COMMON, COMMON_PACKAGE).ConfigurationRestAPI(**known, **options)


def ws_api_configuration(venue: VenueAddress, api_key: str, secret: str, options: dict[str, Any]) -> Any:
    """Return the configuration of the WebSocket API at the venue, with the same key as REST."""
    keys = {name: options[name] for name in ("private_key", "private_key_passphrase") if name in options}
    known = {"api_key": api_key, "api_secret": secret, "stream_url": f"{venue.ws}/ws-api/v3"}
    return load(COMMON, COMMON_PACKAGE).ConfigurationWebSocketAPI(**known, **keys)


def streams_configuration(venue: VenueAddress) -> Any:
    """Return the configuration of streams at the venue, to which the SDK adds `/stream`."""
    return load(COMMON, COMMON_PACKAGE).ConfigurationWebSocketStreams(stream_url=venue.ws)


def bind_sockets(sockets: Any, venue: VenueAddress) -> None:
    """Let the SDK's sockets connect to the venue alone.

    The SDK logs a failed connection and goes on, so the address is checked before it is asked to connect; its session
    is made here, guarded, for what it connects to by itself later.
    """
    connect = sockets.connect

    async def guarded_connect(url: str, configuration: Any, *others: Any, **options: Any) -> Any:
        venue.check(url)
        venue.refuse_proxy(configuration.proxy)
        if sockets.session is None:
            sockets.session = bind_aiohttp_session(load("aiohttp", "aiohttp").ClientSession(), venue)
        return await connect(url, configuration, *others, **options)

    sockets.connect = guarded_connect
