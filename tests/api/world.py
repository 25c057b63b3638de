"""A venue behind its dispatcher, users whose requests are really signed, and a clock that tests drive."""

import asyncio
import dataclasses
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
from tests.described import check_described
from tests.migrated import migrated_quickly

from leverline.api.answer import Answer
from leverline.api.dispatch import Dispatcher
from leverline.api.endpoint import Table
from leverline.api.http.reading import request_of
from leverline.api.limits import LimitPolicy, Limits
from leverline.api.order_counts import OrderCounts
from leverline.api.request import Request
from leverline.api.services import Services
from leverline.engine.commands import Command, Deposit, PublishPrices
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.history.history import History
from leverline.identity import ALL_PERMISSIONS, Identity, Vault, load_rules
from leverline.journal.memory import MemoryJournal
from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.time import MILLISECOND
from leverline.parameters import load_parameters, with_pinned_index
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.venue import Venue

T = TypeVar("T")
NOON = 1_767_268_800_000_000
"""2026-01-01T12:00:00Z."""
PARAMETERS = with_pinned_index(load_parameters())
RULES = {
    is_sandbox: dataclasses.replace(
        load_rules(sandbox=is_sandbox), argon2_time_cost=1, argon2_memory_kib=8, argon2_parallelism=1
    )
    for is_sandbox in (True, False)
}
"""By whether it is a sandbox; the password hash costs little."""
EVERYWHERE = ["0.0.0.0/0", "::/0"]
PRICES = {"BTC": "60000", "ETH": "2500", "BNB": "600"}


class FixedClock:
    """Time that stands still unless a test moves it."""

    def __init__(self, moment: int = NOON) -> None:
        self.moment = moment

    def now(self) -> int:
        """Return the time set."""
        return self.moment

    def machine_now(self) -> int:
        """Return the time set."""
        return self.moment


class World:
    """A venue with history, identity and the application over a table of endpoints; everything runs in one loop."""

    def __init__(
        self, folder: Path | None, table: Table, policy: LimitPolicy | None = None, is_sandbox: bool = True,
        parameters: VenueParameters = PARAMETERS,
    ) -> None:  # fmt: skip
        """Make and start all of it; without a folder identity lies in memory, which is quicker."""
        self.runner = asyncio.Runner()
        self.clock = FixedClock()
        self.engine = Engine(parameters)
        self.journal = MemoryJournal()
        self.venue = Venue(self.engine, self.journal, self.clock)
        self.history = History(parameters)
        self.limits = Limits(policy or LimitPolicy(), time.time)
        self.identity = Identity(
            f"sqlite:///{folder / 'identity.sqlite'}" if folder else "sqlite://", Vault(bytes(range(32))),
            self.venue.submit, RULES[is_sandbox], lambda: max(self.engine.core.users, default=0) + 1,
            now=self.clock.now, is_gate_closed=lambda: self.engine.core.gate.is_closed,
            owes_loan=self.engine.core.owes_loan,
        )  # fmt: skip
        no_snapshots: Any = SimpleNamespace(taken=0, failed=0, pause=0)
        self.services = Services(
            self.venue, self.history, self.identity, no_snapshots, self.limits, is_sandbox
        )  # fmt: skip
        self.dispatcher = Dispatcher(table, self.services)
        self.wire = InProcess(self.dispatcher)
        self.client = httpx.AsyncClient(transport=self.wire, base_url="http://127.0.0.1")
        with migrated_quickly():
            self.run(self._start())

    def run(self, work: Awaitable[T]) -> T:
        """Run something in the world's loop."""

        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def send(self, command: Command) -> Commit:
        """Have a command applied; it must be accepted."""
        commit = self.run(self.venue.submit(command))
        assert commit.refused is None, commit.refused.detail
        return commit

    def set_index(self, **prices: str) -> None:
        """Set index prices in USDT."""
        self.send(PublishPrices("house", [(asset, parse_ratio(price), 1) for asset, price in prices.items()]))

    def advance(self, span: int) -> None:
        """Let time pass, in microseconds."""
        self.clock.moment += span

    def user(self, vip_level: int = 0, **funds: str) -> "User":
        """Make a user who may do everything, with a key and funds in the spot wallet."""
        return self.run(self._user(vip_level, funds))

    def get(self, path: str, **values: Any) -> httpx.Response:
        """Send a request that bears no key."""
        return self.run(self.client.get(path, params=values))

    def stop(self) -> None:
        """Stop everything."""
        self.run(self._stop())
        self.runner.close()

    async def _start(self) -> None:
        """Start the parts in order."""
        self.venue.attach(self.history)
        self.venue.attach(self.identity.trail)
        self.venue.attach(OrderCounts(self.limits))
        await self.venue.start()
        await self.identity.start()
        prices = [(asset, parse_ratio(price), 1) for asset, price in PRICES.items()]
        await self.venue.submit(PublishPrices("house", prices))

    async def _user(self, vip_level: int, funds: dict[str, str]) -> "User":
        """Make a user."""
        row = await self.identity.create_ready_user(vip_level=vip_level)
        made = await self.identity.keys.create(row.user_id, permissions=ALL_PERMISSIONS, networks=EVERYWHERE)
        for asset, amount in funds.items():
            await self.venue.submit(Deposit(row.user_id, asset, parse_amount(amount)))
        return User(self, row.user_id, made.record.text, made.secret)

    async def _stop(self) -> None:
        """Stop the parts in order."""
        await self.client.aclose()
        await self.identity.stop()
        await self.venue.stop()


class User:
    """Somebody with an API key, whose requests are signed."""

    def __init__(self, world: World, user_id: int, key: str, secret: str) -> None:
        self.world = world
        self.user_id = user_id
        self.key = key
        self.secret = secret

    def signed(self, values: dict[str, Any], body: bytes = b"") -> str:
        """Return the query of a signed request, whose body is signed with it; a list is the same name several times."""
        query = urlencode(values | {"timestamp": self.world.clock.now() // MILLISECOND}, doseq=True)
        return f"{query}&signature={self.sign(query.encode() + body)}"

    def sign(self, payload: bytes) -> str:
        """Return the signature of a payload."""
        return hmac.new(self.secret.encode(), payload, hashlib.sha256).hexdigest()

    async def request(self, method: str, path: str, values: dict[str, Any]) -> httpx.Response:
        """Send a signed request, its parameters in the query."""
        url = f"{path}?{self.signed(values)}"
        return await self.world.client.request(method, url, headers={"X-MBX-APIKEY": self.key})

    def call(self, method: str, path: str, **values: Any) -> httpx.Response:
        """Send a signed request and return the response."""
        return self.world.run(self.request(method, path, values))

    def ask(self, method: str, path: str, **values: Any) -> Any:
        """Send a signed request that must be accepted and return its body."""
        response = self.call(method, path, **values)
        assert response.status_code == 200, response.text
        return response.json()

    def refused(self, method: str, path: str, **values: Any) -> tuple[int, str]:
        """Send a signed request that must be refused and return code and text."""
        response = self.call(method, path, **values)
        assert response.status_code >= 400, response.text
        return response.json()["code"], response.json()["msg"]


class InProcess(httpx.AsyncBaseTransport):
    """Sends requests to a dispatcher as the server does, without a wire between."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.answer: Callable[[Request], Awaitable[Answer]] = dispatcher.answer

    async def handle_async_request(self, sent: httpx.Request) -> httpx.Response:
        """Return the answer to one request."""
        headers = {name.lower(): value for name, value in sent.headers.raw}
        proxies = self.dispatcher.services.proxies
        address, is_encrypted = proxies.client_of("127.0.0.1", headers.items(), sent.url.scheme == "https")
        request = request_of(sent.method, sent.url.raw_path, headers, address, is_encrypted)
        request.body = await sent.aread()
        answer = await self.answer(request)
        check_described(request.method, request.path, answer.status, answer.content_type, answer.raw or b"")
        fields = {"content-type": answer.content_type, **answer.headers}
        return httpx.Response(answer.status, headers=fields, stream=httpx.ByteStream(answer.raw or b""))
