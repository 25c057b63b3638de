"""Requests that schemathesis makes up from the description of the interface, sent by callers who may ask."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from leverline.api.limits import LimitPolicy
from leverline.api.openapi import description_of
from leverline.api.streams.sockets import Sockets
from leverline.api.tables import wire_table
from leverline.engine.commands import Deposit, HouseDeposit, SupplyPool
from leverline.identity.operators import VENUE, Role
from leverline.identity.vault import Vault
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import MILLISECOND
from leverline.notices.notices import NoticeOptions, Notices
from tests.api.world import User, World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REALISTIC = {
    "symbol": ["BTCUSDT", "ETHUSDT", "BNBUSDT"],
    "symbols": [["BTCUSDT", "ETHUSDT"]],
    "isolatedSymbol": ["BTCUSDT"],
    "asset": ["USDT", "BTC", "BNB"],
    "quantity": ["0.01", "1", "0"],
    "price": ["60000", "2500", "0.01"],
    "amount": ["1", "0.5", "0"],
    "isIsolated": ["TRUE", "FALSE"],
    "assets": [["USDT", "BTC"]],
    "toSymbol": ["BTCUSDT"],
    "fromSymbol": ["BTCUSDT"],
    "transFrom": ["SPOT", "ISOLATED_MARGIN"],
    "transTo": ["SPOT", "ISOLATED_MARGIN"],
    "network": ["LEVERLINE"],
    "userId": [10_002],
    "reason": ["a test"],
    "mail": ["a@example.com"],
    "password": ["long enough 1"],
    "country": ["CH"],
    "birth": ["1990-01-01"],
    "permissions": [["READ"], ["READ", "TRADE"]],
    "startTime": [1_767_268_000_000],
    "endTime": [1_767_268_800_000],
}
"""Values with which a request gets further than its first check."""
REALISTIC_TRANSFERS = {"type": ["MAIN_MARGIN", "MARGIN_MAIN", "MAIN_ISOLATED_MARGIN", "ISOLATED_MARGIN_MAIN", 1, 2]}
REALISTIC_LOANS = {"type": ["BORROW", "REPAY"]}
UNSIGNED = ("timestamp", "recvWindow", "signature")

DOCUMENT = json.loads(json.dumps(description_of(wire_table())))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


class FuzzedVenue:
    """A venue in this process with a trader, who is an operator as well, and no request limits."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, wire_table(), LimitPolicy(factor=0))
        self.world.services.is_ready = True
        self.kept = self.notices(folder)
        self.world.services.notices = self.kept
        self.sockets = Sockets(self.world.services, self.world.dispatcher)
        self.trader = self.world.user(7, USDT="1000000", BTC="100", BNB="1000")
        self.bystander = self.world.user()
        assert self.bystander.user_id in REALISTIC["userId"], self.bystander.user_id
        for command in (
            HouseDeposit("USDT", parse_amount("1000000")),
            SupplyPool("USDT", parse_amount("500000")),
            Deposit(self.trader.user_id, "ETH", parse_amount("100")),
        ):
            self.world.send(command)
        for kind in ("MAIN_MARGIN", "MAIN_ISOLATED_MARGIN"):
            values = {"type": kind, "asset": "USDT", "amount": "1000", "toSymbol": "BTCUSDT"}
            self.trader.ask("POST", "/sapi/v1/asset/transfer", **values)
        self.world.run(self.world.identity.operators.appoint(VENUE, self.trader.user_id, Role.ADMIN, "a test"))

    def notices(self, folder: Path) -> Notices:
        """Return the venue's notices, none of which goes out."""
        identity = self.world.identity
        options = NoticeOptions(f"sqlite:///{folder / 'notices.sqlite'}")
        made = Notices(options, Vault(bytes(range(32))), identity.mailer, identity.users.mail_of, self.world.clock.now)
        made.open("a venue", self.world.venue.sequence)
        made.begin(lambda _: (0, 0, ""), {}, self.world.venue.sequence, self.world.clock.now())
        return made

    def close(self) -> None:
        """End all of it."""
        self.world.stop()
        self.kept.close()

    def ask(self, case: Any, is_known: bool) -> httpx.Response:
        """Send a made-up request, as the trader or as nobody in particular."""
        words = case.as_transport_kwargs(base_url="http://127.0.0.1")
        prepared = requests.Request(
            **{name: words.get(name) for name in ("method", "url", "params", "json", "data", "headers")}
        ).prepare()
        url, body = urlsplit(str(prepared.url)), prepared.body or b""
        body = body if isinstance(body, bytes) else str(body).encode()
        headers, query = dict(prepared.headers), url.query
        if is_known and "/account/" not in url.path and "/operator/" not in url.path:
            headers["x-mbx-apikey"] = self.trader.key
            query = signed(self.trader, query, body)
        elif is_known:
            headers |= self.session_headers()
        target = f"{url.path}?{query}" if query else url.path
        request = self.world.client.build_request(case.method, target, content=body, headers=headers)
        return self.world.run(self.world.client.send(request))

    def session_headers(self) -> dict[str, str]:
        """Return what a browser that has just signed in sends."""
        new = self.world.run(self.world.identity.sessions.begin(self.trader.user_id, "127.0.0.1", "a test"))
        return {"cookie": f"leverline_session={new.token}", "x-csrf-token": new.record.csrf}


def signed(user: User, query: str, body: bytes) -> str:
    """Return the query with a good timestamp and signature in place of what was made up."""
    kept = [(name, value) for name, value in parse_qsl(query, True) if name not in UNSIGNED]
    text = urlencode([*kept, ("timestamp", str(user.world.clock.now() // MILLISECOND))])
    signature = hmac.new(user.secret.encode(), text.encode() + body, hashlib.sha256).hexdigest()
    return f"{text}&signature={signature}"


def made_up(label: str) -> st.SearchStrategy[Any]:
    """Return requests of an operation: of the right shape, and of a wrong one where there is a shape."""
    operation = OPERATIONS[label]
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not {"parameters", "requestBody"} & operation.definition.raw.keys():
        return right
    return right | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def realistic(case: Any, draw: st.DataObject) -> None:
    """Put some values into a request that the venue knows."""
    known = dict(REALISTIC)
    if "transfer" in case.path:
        known |= REALISTIC_TRANSFERS
    if "borrow-repay" in case.path:
        known |= REALISTIC_LOANS
    for part in (case.query, case.body):
        if not isinstance(part, dict):
            continue
        for name in sorted(known.keys() & part.keys()):
            if draw.draw(st.sampled_from([True, True, True, False]), label=f"{name} is realistic"):
                value = draw.draw(st.sampled_from(known[name]), label=name)
                part[name] = ",".join(value) if isinstance(value, list) and part is case.query else value


def check(case: Any, response: httpx.Response) -> None:
    """An answer is as described; an error is JSON with a code below zero and words."""
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/json;charset=UTF-8", response.headers
        error = response.json()
        assert type(error["code"]) is int, error
        assert error["code"] < 0, error
        assert isinstance(error["msg"], str), error
        assert error["msg"], error
