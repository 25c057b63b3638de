"""Ready-made clients of other libraries, bound to one Leverline venue and unable to reach any other host.

Each function takes the venue's address (`http://127.0.0.1:8080`), an API key and its secret, and returns the client
that the library's own documents describe. The library is imported when the function is called; it is not installed with
Leverline, and `ClientLibraryMissing` names the package to install.

Whatever would reach another host or port, by a URL made by hand, a redirect or a proxy, raises `OtherHostRefused`
before a socket is opened.
"""

from leverline.clients.ccxt_clients import ccxt_async_client, ccxt_client, ccxt_pro_client
from leverline.clients.connector import connector_client, connector_stream, connector_ws_api
from leverline.clients.library import ClientLibraryMissing
from leverline.clients.python_binance import (
    python_binance_async_client,
    python_binance_client,
    python_binance_sockets,
)
from leverline.clients.sdk import sdk_margin_client, sdk_spot_client, sdk_wallet_client
from leverline.clients.venue_address import OtherHostRefused, VenueAddress

__all__ = [
    "ClientLibraryMissing",
    "OtherHostRefused",
    "VenueAddress",
    "ccxt_async_client",
    "ccxt_client",
    "ccxt_pro_client",
    "connector_client",
    "connector_stream",
    "connector_ws_api",
    "python_binance_async_client",
    "python_binance_client",
    "python_binance_sockets",
    "sdk_margin_client",
    "sdk_spot_client",
    "sdk_wallet_client",
]
