"""A watch over the sockets of this process: every address that something connects to or looks up."""

import sys
from typing import Any
from urllib.parse import urlsplit


class SocketWatch:
    """Writes down where this process connects to; nothing leaves for another place than the venue."""

    def __init__(self, base_url: str) -> None:
        """Begin to watch; it lasts as long as the process."""
        parts = urlsplit(base_url)
        self.venue = (parts.hostname, parts.port)
        self.elsewhere: list[str] = []
        self.looked_up: list[str] = []
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take one event of the interpreter."""
        if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][:2] != self.venue:
            self.elsewhere.append(str(arguments[1][:2]))
            raise ConnectionRefusedError(f"the test lets nothing connect to {arguments[1]}")
        if event == "socket.getaddrinfo" and arguments[0] not in (self.venue[0], None, ""):
            self.looked_up.append(str(arguments[0]))
