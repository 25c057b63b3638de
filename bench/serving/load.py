"""Send prepared HTTP requests over keep-alive connections and time each answer.

    python load.py HOST PORT CONNECTIONS < requests

Requests come length-prefixed on standard input; a JSON line with the figures goes to standard output. Runs as a process
of its own so that the venue has its core to itself.
"""

import asyncio
import json
import struct
import sys
import time
from collections import Counter

import uvloop


class Client(asyncio.Protocol):
    """One connection: sends a request, waits for its whole answer, sends the next."""

    def __init__(self, requests, latencies, statuses, done):
        self.requests, self.latencies, self.statuses, self.done = requests, latencies, statuses, done
        self.buffer = bytearray()
        self.awaited = 0
        self.began = 0.0
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        self.send()

    def send(self):
        """Send the next request, or hang up when none is left."""
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
            return
        self.began = time.perf_counter()
        self.transport.write(request)

    def read_head(self):
        """Find out how long the answer is; return whether its head is there."""
        head = self.buffer.find(b"\r\n\r\n")
        if head >= 0:
            words = bytes(self.buffer[:head]).lower()
            self.awaited = head + 4 + int(words.partition(b"content-length:")[2].partition(b"\r")[0])
        return head >= 0

    def data_received(self, data):
        self.buffer += data
        if self.awaited == 0 and not self.read_head():
            return
        if len(self.buffer) < self.awaited:
            return
        self.latencies.append(time.perf_counter() - self.began)
        status = self.buffer[9:12].decode()
        body = self.buffer.partition(b"\r\n\r\n")[2] if status != "200" else b""
        self.statuses[status if status == "200" else f"{status} {bytes(body[:120]).decode()}"] += 1
        self.buffer = bytearray()
        self.awaited = 0
        self.send()

    def connection_lost(self, _fault):
        self.done()


async def drive(host, port, connections, requests):
    """Send all requests over so many connections and return the figures."""
    latencies, statuses = [], Counter()
    left, finished = connections, asyncio.Event()

    def done():
        nonlocal left
        left -= 1
        if left == 0:
            finished.set()

    loop, source = asyncio.get_running_loop(), iter(requests)
    began = time.perf_counter()
    for _ in range(connections):
        await loop.create_connection(lambda: Client(source, latencies, statuses, done), host, port)
    await finished.wait()
    spent = time.perf_counter() - began
    latencies.sort()
    count = len(latencies)
    return {
        "requests": count,
        "per_second": round(count / spent),
        "p50_ms": round(1000 * latencies[count // 2], 2),
        "p99_ms": round(1000 * latencies[min(count - 1, count * 99 // 100)], 2),
        "worst_ms": round(1000 * latencies[-1], 2),
        "statuses": dict(statuses.most_common(5)),
    }


def read_requests(stream):
    """Return the length-prefixed requests of a stream."""
    data, at, found = stream.read(), 0, []
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return found


if __name__ == "__main__":
    uvloop.install()
    print(
        json.dumps(asyncio.run(drive(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), read_requests(sys.stdin.buffer))))
    )
