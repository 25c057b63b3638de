"""The WebSocket API: requests of the endpoint table over one connection, and what belongs to the connection itself."""

import asyncio
from typing import TYPE_CHECKING, Final

from leverline.api.dispatch import Dispatcher
from leverline.api.streams.connection import Connection
from leverline.api.streams.socket_session import SocketSession
from leverline.api.streams.socket_turn import SocketTurn

if TYPE_CHECKING:
    from leverline.api.services import Services
    from leverline.api.streams.hub import Hub

IN_FLIGHT_MAX: Final = 64
"""Requests of one connection that are worked on at once; more are not read before."""


class SocketApi:
    """Answers the requests of one connection."""

    def __init__(self, services: "Services", dispatcher: Dispatcher, hub: "Hub", connection: Connection) -> None:
        self.dispatcher: Dispatcher = dispatcher
        self.has_rate_limits: bool = True
        self.session: SocketSession = SocketSession(services, hub, connection)
        self._in_flight: int = 0
        self._room: asyncio.Event = asyncio.Event()
        self._is_waiting: bool = False
        """Whether a request waits for room: those behind it must not go before it."""

    def take(self, text: str) -> bool:
        """Begin to answer a request, unless too many are in flight; return whether it was begun."""
        if self._in_flight >= IN_FLIGHT_MAX or self._is_waiting:
            return False
        self._begin(text)
        return True

    async def receive(self, text: str) -> None:
        """Begin to answer a request when there is room for it."""
        self._is_waiting = True
        while self._in_flight >= IN_FLIGHT_MAX:
            self._room.clear()
            await self._room.wait()
        self._is_waiting = False
        self._begin(text)

    def close(self) -> None:
        """End what belongs to the connection. Requests in flight go on: their commands may be under way."""
        self.session.close()

    def _begin(self, text: str) -> None:
        """Begin to answer a request."""
        self._in_flight += 1
        SocketTurn(self.dispatcher, self.session, self.has_rate_limits, self._over).begin(text)

    def _over(self) -> None:
        """Make room for the next request."""
        self._in_flight -= 1
        self._room.set()
