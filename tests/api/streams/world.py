"""A venue behind a real server on a free port of this machine, and clients that speak WebSocket to it."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import websockets
from tests.api.world import User, World
from websockets.asyncio.client import ClientConnection

from leverline.api.endpoint import Table
from leverline.api.http.server import listen, make_server
from leverline.api.limits import LimitPolicy
from leverline.api.margin import orders as margin_orders
from leverline.api.spot.tables import spot_table
from leverline.api.streams import listening
from leverline.api.streams.sockets import Sockets
from leverline.engine.commands import (
    Borrow,
    CancelOrder,
    Command,
    Deposit,
    MassQuote,
    OpenMarginAccount,
    PlaceOrder,
    Transfer,
)
from leverline.engine.commit import Commit
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.market.book import OrderBook
from leverline.market.terms import LIMIT, MARKET

WAIT_SECONDS = 30.0
STORY_SECONDS = 120.0


def all_tables() -> Table:
    """Return the endpoints that these tests call."""
    table = Table()
    for each in (spot_table(), margin_orders.table, listening.table):
        table.include(each)
    return table


class StreamWorld(World):
    """The venue with its sockets, served."""

    def __init__(self, folder: Path | None, policy: LimitPolicy | None = None, table: Table | None = None) -> None:
        self.table = all_tables() if table is None else table
        super().__init__(folder, self.table, policy)
        self.run(self._serve())

    async def _start(self) -> None:
        """Start as usual; the hub takes commits after the history."""
        self.sockets = Sockets(self.services, self.dispatcher)
        self.hub = self.sockets.hub
        self.venue.attach(self.history)
        self.venue.attach(self.sockets.hub)
        await self.venue.start()
        await self.identity.start()

    async def _serve(self) -> None:
        """Open the server."""
        await self.hub.start()
        self.socket = listen("127.0.0.1", 0)
        self.socket.listen(512)
        self.port = self.socket.getsockname()[1]
        self.server = make_server(self.dispatcher, self.sockets)
        self.serving = asyncio.create_task(self.server.serve(sockets=[self.socket]))
        while not self.server.started:
            await asyncio.sleep(0.01)

    async def _stop(self) -> None:
        """Close the server, then the venue."""
        self.server.should_exit = True
        self.server.force_exit = True
        await self.serving
        await self.hub.stop()
        await super()._stop()

    def play(self, story: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a story in the world's loop; one that does not end is a fault."""
        self.run(asyncio.wait_for(story(), STORY_SECONDS))

    async def connect(self, path: str, **words: Any) -> "Client":
        """Return a client connected to `path`."""
        connection = await websockets.connect(f"ws://127.0.0.1:{self.port}{path}", compression=None, **words)
        return Client(connection)

    async def do(self, command: Command) -> Commit:
        """Have a command applied; it must be accepted."""
        commit = await self.venue.submit(command)
        assert commit.refused is None, commit.refused.detail
        return commit

    async def user_with(self, **funds: str) -> User:
        """Make a user with funds in the spot wallet."""
        return await self._user(0, funds)

    async def client_get(self, url: str) -> Any:
        """Send a request without a key and return its body."""
        return (await self.client.get(url)).json()

    def core_book(self, pair: str) -> OrderBook:
        """Return the book of a pair."""
        return self.engine.core.exchange.pairs[pair].book


class Client:
    """One connection of a client."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._kept: Any = None

    async def send(self, **frame: Any) -> None:
        """Send a frame."""
        await self.connection.send(json.dumps(frame))

    async def next(self) -> Any:
        """Return the next message."""
        kept, self._kept = self._kept, None
        return json.loads(kept or await asyncio.wait_for(self.connection.recv(), WAIT_SECONDS))

    async def ask(self, method: str, params: Any = None, request_id: Any = 1) -> Any:
        """Send a request and return its answer, keeping none of what comes before."""
        await self.send(method=method, params={} if params is None else params, id=request_id)
        while "id" not in (answer := await self.next()):
            pass
        return answer

    async def until(self, kind: str) -> Any:
        """Return the next event of a kind, bare or wrapped, and drop what comes before it."""
        while True:
            message = await self.next()
            event = message.get("data", message.get("event", message))
            if event.get("e") == kind:
                return message

    async def nothing(self, seconds: float = 0.15) -> bool:
        """Whether nothing comes for a while."""
        try:
            await asyncio.wait_for(self.connection.recv(), seconds)
        except TimeoutError:
            return True
        return False

    async def is_quiet(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while; what comes is kept for `next`."""
        if self._kept is None:
            try:
                self._kept = await asyncio.wait_for(self.connection.recv(), seconds)
            except TimeoutError:
                return True
        return False

    async def close(self) -> None:
        """Hang up."""
        await self.connection.close()


def limit(user_id: int, is_buy: bool, quantity: str, price: str, kind: int = SPOT, pair: str = "BTCUSDT") -> PlaceOrder:
    """Return a limit order."""
    return PlaceOrder(user_id, kind, pair, is_buy, LIMIT, parse_amount(quantity), parse_amount(price))


def market(user_id: int, is_buy: bool, quantity: str, kind: int = SPOT, pair: str = "BTCUSDT") -> PlaceOrder:
    """Return a market order."""
    return PlaceOrder(user_id, kind, pair, is_buy, MARKET, parse_amount(quantity))


__all__ = [
    "CROSS", "ISOLATED", "SPOT", "Borrow", "CancelOrder", "Client", "Deposit", "MassQuote", "OpenMarginAccount",
    "StreamWorld", "Transfer", "limit", "market",
]  # fmt: skip
