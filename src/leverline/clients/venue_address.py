"""The address of the venue that a client is bound to, and the refusal of every other."""

from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
HTTP_OF = {"http": "http", "ws": "http", "https": "https", "wss": "https"}
NOWHERE = ".invalid"


class OtherHostRefused(RuntimeError):
    """A client bound to one venue was about to reach another host, port or a proxy."""


class VenueAddress:
    """Where one venue is served.

    `http` and `ws` are its base URLs for REST and for WebSockets, without a slash at the end; `host` and `port` are the
    only place that a client bound to it connects to.
    """

    def __init__(self, base_url: str) -> None:
        """Take the address apart. Raises `ValueError` for anything but http, https, ws or wss with a host."""
        parts = urlsplit(base_url)
        if parts.scheme not in HTTP_OF or not parts.hostname:
            raise ValueError(
                f"the venue's address must be like http://127.0.0.1:8080 (http, https, ws, wss): {base_url!r}"
            )
        if parts.query or parts.fragment or parts.username:
            raise ValueError(f"the venue's address has no query, fragment or user: {base_url!r}")
        self.host = parts.hostname
        self.port = parts.port or DEFAULT_PORTS[parts.scheme]
        scheme = HTTP_OF[parts.scheme]
        rest = f"://{parts.netloc}{parts.path.rstrip('/')}"
        self.http = scheme + rest
        self.ws = scheme.replace("http", "ws") + rest

    def is_here(self, url: str) -> bool:
        """Return whether a URL is of this venue's host and port."""
        parts = urlsplit(url)
        return parts.hostname == self.host and (parts.port or DEFAULT_PORTS.get(parts.scheme)) == self.port

    def check(self, url: str) -> None:
        """Raise `OtherHostRefused` unless a URL is of this venue's host and port."""
        if not self.is_here(url):
            parts = urlsplit(url)
            place = f"{parts.scheme}://{parts.netloc}{parts.path}".replace(NOWHERE, "")
            raise OtherHostRefused(
                f"this client is bound to the venue {self.http} and reaches nothing else: refused {place} "
                "(the venue has spot and margin, no futures, options or portfolio margin)"
            )

    def refuse_proxy(self, proxy: object) -> None:
        """Raise `OtherHostRefused` if a proxy is given, for it is another host."""
        if proxy:
            raise OtherHostRefused(f"this client is bound to the venue {self.http} and uses no proxy: refused {proxy}")


def nowhere(url: str) -> str:
    """Return a URL whose host cannot exist, for a product that the venue does not have.

    The name ends in `.invalid`, which no name server resolves; what stood there remains readable.
    """
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.hostname}{NOWHERE}").geturl()
