"""The ASGI application: bounds what comes in, hands requests to the dispatcher and sockets to the streams."""

import asyncio
import itertools
import re
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

import msgspec

from leverline.api.answer import Answer
from leverline.api.deadlines import Deadlines
from leverline.api.dispatch import Dispatcher, error_answer
from leverline.api.errors import TOO_LARGE, WireError
from leverline.api.proxies import Proxies
from leverline.api.request import BODY_MAX, Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
SocketHandler = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_SECONDS: Final = 10.0
"""A client that takes longer to send its body is cut off."""
UPLOAD_MAX: Final = 8 * 1024 * 1024
ANSWER_SECONDS: Final = 10.0
"""Time after which a request is answered with -1007."""
PATIENT_SECONDS: Final = 600.0
"""The same for the venue's own interface: a driven clock may have many hours to live through."""
PATIENT: Final = "/sandbox/"
_SLASHES: Final = re.compile("/{2,}")
_PROCESS: Final = str(uuid.uuid4())[:24].encode()
"""What the ids of this process's answers begin with; the rest is counted."""
_answers = itertools.count(1)
_encode = msgspec.json.Encoder().encode


class Application:
    """One ASGI application for all paths of the venue."""

    def __init__(self, dispatcher: Dispatcher, sockets: SocketHandler) -> None:
        self.dispatcher = dispatcher
        self.sockets = sockets
        self.proxies = dispatcher.services.proxies
        self.deadlines = Deadlines()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request."""
        kind = scope["type"]
        if kind == "http":
            await self._serve(scope, receive, send)
        elif kind == "websocket":
            await self.sockets(scope, receive, send)
        else:
            assert kind == "lifespan", kind

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = request_of(scope, self.proxies)
        try:
            request.body = await self._body(request, receive)
            seconds = PATIENT_SECONDS if request.path.startswith(PATIENT) else ANSWER_SECONDS
            answer = await self.deadlines.within(seconds, self.dispatcher.answer(request))
        except WireError as error:
            answer = error_answer(error)
        except TimeoutError:
            text = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
            answer = error_answer(WireError(-1007, text, 503))
        except ClientGone:
            return
        await send_answer(answer, send)

    async def _body(self, request: Request, receive: Receive) -> bytes:
        """Return the body, which must be of a bounded size and come in time."""
        methods = self.dispatcher.table.by_path.get(request.path, {})
        endpoint = methods.get(request.method)
        most = UPLOAD_MAX if endpoint is not None and endpoint.is_upload else BODY_MAX
        first = await receive()
        if first["type"] == "http.request" and not first.get("more_body"):
            return bounded(first.get("body", b""), most)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await _rest_of_body(first, receive, most)
        except TimeoutError as fault:
            raise WireError(-1000, "The request's body did not come in time.", 408) from fault


class ClientGone(Exception):
    """The client hung up before it had sent its request."""


async def _rest_of_body(message: MutableMapping[str, Any], receive: Receive, most: int) -> bytes:
    """Return a body that comes in several parts."""
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] != "http.request":
            raise ClientGone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise too_large(most)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


def bounded(body: bytes, most: int) -> bytes:
    """Return `body` if it is not larger than allowed."""
    if len(body) > most:
        raise too_large(most)
    return body


def too_large(most: int) -> WireError:
    """Return the error for an oversized body."""
    return WireError(-1000, f"The request's body is larger than {most} bytes.", TOO_LARGE)


def request_of(scope: Scope, proxies: Proxies) -> Request:
    """Return the request of a scope, its body still to be read. Several slashes in a row count as one."""
    path = scope["path"]
    if "//" in path:
        path = _SLASHES.sub("/", path)
    headers = dict(scope["headers"])
    address, is_encrypted = proxies.client_of(scope)
    request = Request(scope["method"], path, address, headers, scope["query_string"], is_encrypted=is_encrypted)
    if b"cookie" in headers:
        request.cookies = cookies_of(headers[b"cookie"])
    return request


def cookies_of(header: bytes) -> dict[str, str]:
    """Return the cookies of a header; a malformed one is no cookie."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header.decode("latin-1"))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


async def send_answer(answer: Answer, send: Send) -> None:
    """Send an answer."""
    body = answer.raw if answer.raw is not None else _encode(answer.value)
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-mbx-uuid", b"%b%012x" % (_PROCESS, next(_answers))),
    ]
    headers += [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
