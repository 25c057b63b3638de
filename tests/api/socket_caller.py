"""Requests of the WebSocket API, without a wire between."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

from tests.api.world import User, World

from leverline.api.request import texts_of_document
from leverline.api.signing import socket_payload
from leverline.api.streams.socket_api import SocketApi
from leverline.api.streams.sockets import Sockets
from leverline.kernel.time import MILLISECOND


class Listener(SimpleNamespace):
    """Stands for a connection; one is as good as another only if it is the same."""

    __hash__ = object.__hash__


class SocketCaller:
    """One connection to a world's WebSocket API, and to its streams."""

    def __init__(self, world: World, sockets: Sockets | None = None) -> None:
        self.world = world
        self.sockets = sockets or Sockets(world.services, world.dispatcher)
        self.sent: asyncio.Queue[bytes] = asyncio.Queue()
        connection: Any = Listener(
            address="127.0.0.1", is_microseconds=False, send=self.sent.put_nowait, topics={}, is_combined=False
        )
        self.connection = connection
        self.api = SocketApi(world.services, world.dispatcher, self.sockets.hub, connection)

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its answer."""
        return self.world.run(self._ask(method, params))

    def ask_as(self, user: User, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a request signed by a user and return its answer."""
        signed = params | {"apiKey": user.key, "timestamp": self.world.clock.now() // MILLISECOND}
        return self.ask(method, signed | {"signature": user.sign(socket_payload(texts_of_document(signed)))})

    async def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send and wait."""
        await self.api.receive(json.dumps({"id": 1, "method": method, "params": params}))
        answer: dict[str, Any] = json.loads(await self.sent.get())
        return answer
