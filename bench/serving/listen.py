"""Listen to one URL of streams on many WebSockets and count what comes.

    python listen.py HOST PORT CONNECTIONS SECONDS PATH

A JSON line with the figures goes to standard output. Frames are counted as bytes, without a WebSocket library: this
process must not be what is slow. Lag is the machine's time less the event time `E` of sampled messages.
"""

import asyncio
import json
import sys
import time
from collections import Counter

import uvloop

SAMPLE = 64
"""Of so many messages of a connection one is looked into."""
HANDSHAKES = 50
"""Connections that are opened at once."""


class Listener(asyncio.Protocol):
    """One connection."""

    def __init__(self, path, lags, ended):
        self.path, self.lags, self.ended = path, lags, ended
        self.buffer = b""
        self.count = 0
        self.is_open = asyncio.get_running_loop().create_future()
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data):
        buffer = self.buffer + data if self.buffer else data
        at = 0
        if not self.is_open.done():
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                self.buffer = buffer
                return
            self.is_open.set_result(buffer[9:12])
            at = end + 4
        self.buffer = buffer[self.frames(buffer, at) :]

    def frames(self, buffer, at):
        """Count the whole frames from `at` on and return where the rest begins."""
        size = len(buffer)
        while size - at >= 2:
            length, body = buffer[at + 1], at + 2
            if length == 126:
                body = at + 4
                length = int.from_bytes(buffer[at + 2 : body])
            elif length == 127:
                body = at + 10
                length = int.from_bytes(buffer[at + 2 : body])
            if size < body + length:
                break
            if buffer[at] == 0x81:
                self.message(buffer, body)
            else:
                self.ended[f"frame {buffer[at]:x}"] += 1
            at = body + length
        return at

    def message(self, buffer, body):
        """Count a message and now and then see how late it is."""
        self.count += 1
        if self.count % SAMPLE == 0:
            found = buffer.find(b'"E":', body, body + 120)
            if found >= 0:
                self.lags.append(time.time() * 1000 - int(buffer[found + 4 : found + 17]))

    def connection_lost(self, _fault):
        if not self.is_open.done():
            self.is_open.set_result(b"")
        self.ended["closed"] += 1


async def listen(host, port, connections, seconds, path):
    """Listen and return the figures."""
    loop, lags, ended, listeners = asyncio.get_running_loop(), [], Counter(), []
    for start in range(0, connections, HANDSHAKES):
        number = min(HANDSHAKES, connections - start)
        made = await asyncio.gather(
            *(loop.create_connection(lambda: Listener(path, lags, ended), host, port) for _ in range(number))
        )
        listeners += [listener for _, listener in made]
        statuses = await asyncio.gather(*(listener.is_open for listener in listeners[start:]))
        assert set(statuses) == {b"101"}, set(statuses)
    lags.clear()
    before = [each.count for each in listeners]
    began, processor = time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    spent, processor = time.perf_counter() - began, time.process_time() - processor
    counts = [each.count - start for each, start in zip(listeners, before, strict=True)]
    lags.sort()
    return {
        "connections": connections,
        "messages_per_second_each": round(sum(counts) / connections / spent, 1),
        "messages_per_second": round(sum(counts) / spent),
        "fewest": min(counts),
        "most": max(counts),
        "lag_p50_ms": round(lags[len(lags) // 2], 1) if lags else None,
        "lag_p99_ms": round(lags[len(lags) * 99 // 100], 1) if lags else None,
        "ended": dict(ended),
        "listener_core_percent": round(100 * processor / spent),
    }


if __name__ == "__main__":
    uvloop.install()
    host, port, connections, seconds, path = sys.argv[1:]
    print(json.dumps(asyncio.run(listen(host, int(port), int(connections), float(seconds), path))))
