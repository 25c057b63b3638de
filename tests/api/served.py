"""A venue behind a real server on a free port of this machine, and connections that send it raw bytes."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.api.world import World

from leverline.api.endpoint import Table
from leverline.api.http.server import listen, make_server
from leverline.api.limits import LimitPolicy

ANSWER_SECONDS = 10.0


class Reply:
    """An answer as it came over the wire."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        self.status = int(line.split()[1]) if line else 0
        self.headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)}

    @property
    def error(self) -> tuple[int, int]:
        """Status and code of an error, which must be JSON."""
        assert self.headers["content-type"] == "application/json;charset=UTF-8", self.headers
        found: dict[str, Any] = json.loads(self.body)
        assert found["msg"]
        return self.status, found["code"]


class ServedWorld(World):
    """The venue, served."""

    def __init__(self, folder: Path | None, table: Table, policy: LimitPolicy | None = None) -> None:
        super().__init__(folder, table, policy)
        self.run(self._serve())

    async def _serve(self) -> None:
        """Open the server."""
        bound = listen("127.0.0.1", 0)
        self.port = bound.getsockname()[1]
        self.server = make_server(self.dispatcher, _no_sockets)
        self.serving = asyncio.create_task(self.server.serve(sockets=[bound]))
        while not self.server.started:
            await asyncio.sleep(0.01)

    async def _stop(self) -> None:
        """Close the server, then the venue."""
        self.server.should_exit = self.server.force_exit = True
        await self.serving
        await super()._stop()

    def raw(self, *parts: bytes, pause: float = 0.0) -> Reply:
        """Send bytes, part after part, and return what comes back until the server is done or hangs up."""
        return self.run(self._raw(parts, pause))

    async def _raw(self, parts: tuple[bytes, ...], pause: float) -> Reply:
        """Send and receive."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause)
        except ConnectionError:
            pass
        try:
            return Reply(await asyncio.wait_for(whole_answer(reader), ANSWER_SECONDS))
        finally:
            writer.close()


async def _no_sockets(_scope: Any, _receive: Any, _send: Any) -> None:
    """Serve no sockets."""
    raise AssertionError("a socket was opened")


async def whole_answer(reader: asyncio.StreamReader) -> bytes:
    """Return one answer by its content length, or what there is when the server hangs up."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        fields = Reply(head).headers
        return head + await reader.readexactly(int(fields["content-length"]))
    except asyncio.IncompleteReadError as fault:
        return fault.partial
    except ConnectionError:
        return b""


def get(target: bytes, *headers: bytes) -> bytes:
    """Return the bytes of a GET."""
    return b"\r\n".join([b"GET " + target + b" HTTP/1.1", b"host: x", *headers, b"", b""])


def post(target: bytes, body: bytes, *headers: bytes) -> bytes:
    """Return the bytes of a POST."""
    length = b"content-length: %d" % len(body)
    return b"\r\n".join([b"POST " + target + b" HTTP/1.1", b"host: x", length, *headers, b"", body])
