"""Guards on the transports of client libraries: what does not go to the bound venue raises before a socket opens."""

import inspect
from typing import Any

from leverline.clients.library import load
from leverline.clients.venue_address import VenueAddress


def bind_requests_session(session: Any, venue: VenueAddress) -> Any:
    """Let a `requests.Session` send to the venue alone, redirects and proxies included; return it."""
    send = session.send

    def guarded_send(request: Any, **options: Any) -> Any:
        venue.check(request.url)
        venue.refuse_proxy(options.get("proxies") or session.proxies)
        return send(request, **options)

    session.trust_env = False
    session.send = guarded_send
    return session


def bind_aiohttp_session(session: Any, venue: VenueAddress) -> Any:
    """Let an `aiohttp.ClientSession` connect to the venue alone, redirects, proxies and sockets included; return it.

    The guard sits on the connector, through which every request of the session takes its connection.
    """
    connector = session.connector
    if getattr(connector, "leverline_venue", None) is venue:
        return session
    connect = connector.connect

    async def guarded_connect(request: Any, *others: Any, **options: Any) -> Any:
        venue.check(str(request.url))
        venue.refuse_proxy(request.proxy)
        return await connect(request, *others, **options)

    connector.connect = guarded_connect
    connector.leverline_venue = venue
    return session


def websockets_options(venue: VenueAddress) -> dict[str, Any]:
    """Return the options that make `websockets.connect` open its socket to the venue, whatever the URL says.

    With a fixed host and port it also follows no redirect elsewhere; a proxy set in the environment is not used.
    """
    options: dict[str, Any] = {"host": venue.host, "port": venue.port}
    connect = load("websockets", "websockets").connect
    return options | ({"proxy": None} if "proxy" in inspect.signature(connect).parameters else {})
