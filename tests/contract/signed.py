"""Requests signed as the public documents say, and sent in every form that a client uses."""

import hashlib
import hmac
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import httpx

FORM = "application/x-www-form-urlencoded"


class Signer(Protocol):
    """What signs a payload."""

    def __call__(self, payload: bytes) -> str: ...


def hmac_signer(secret: str) -> Signer:
    """Return a signer with HMAC-SHA256, in hexadecimal."""
    return lambda payload: hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()


def base64_signer(sign: Any) -> Signer:
    """Return a signer that gives a private key's signature in base64."""
    return lambda payload: b64encode(sign(payload)).decode()


def now_ms() -> int:
    """Return the machine's time in milliseconds."""
    return time.time_ns() // 1_000_000


class Caller:
    """One user's key at a venue."""

    def __init__(self, http: httpx.Client, api_key: str, signer: Signer) -> None:
        self.http, self.api_key, self.signer = http, api_key, signer

    def query_of(self, parameters: Mapping[str, Any]) -> str:
        """Return parameters with a timestamp, signed, as a query."""
        text = urlencode({**parameters, "timestamp": now_ms()}, quote_via=quote)
        return f"{text}&signature={quote(self.signer(text.encode()), safe='')}"

    def ask(self, method: str, path: str, **parameters: Any) -> httpx.Response:
        """Send a signed request with everything in the query."""
        return self.raw(method, path, self.query_of(parameters))

    def raw(self, method: str, path: str, query: str = "", body: str = "", content_type: str = "") -> httpx.Response:
        """Send exactly this query and body with the key, and a content type if one is given."""
        headers = {"X-MBX-APIKEY": self.api_key} | ({"Content-Type": content_type} if content_type else {})
        url = f"{path}?{query}" if query else path
        return self.http.request(method, url, content=body.encode() or None, headers=headers)

    def json(self, method: str, path: str, **parameters: Any) -> Any:
        """Return the answer to a signed request; fails the test on an error."""
        answer = self.ask(method, path, **parameters)
        assert answer.status_code == 200, f"{method} {path} {parameters}: {answer.status_code} {answer.text}"
        return answer.json()

    def refused(self, method: str, path: str, **parameters: Any) -> tuple[int, int, str]:
        """Return HTTP status, code and text of a refused request."""
        return refusal(self.ask(method, path, **parameters))


def refusal(answer: httpx.Response) -> tuple[int, int, str]:
    """Return HTTP status, code and text; fails the test unless the answer is an error in JSON."""
    assert answer.status_code >= 400, answer.text
    assert answer.headers["content-type"].startswith("application/json"), answer.headers
    body = answer.json()
    return answer.status_code, body["code"], body["msg"]
