"""Time from sending a signed margin order to its answer at a steady rate, by REST or by the WebSocket API.

    python pace.py BASE_URL RATE rest|ws < requests

Requests come length-prefixed on standard input: whole HTTP requests, or the JSON texts of WebSocket requests, each with
its place as `id`. A JSON line with the figures goes to standard output.
"""

import asyncio
import json
import re
import struct
import sys
import time
from urllib.parse import urlsplit

import uvloop
from load import read_requests

CONNECTIONS = 16
HANDSHAKE = (
    b"GET /ws-api/v3 HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
LENGTH = re.compile(rb"content-length: (\d+)")


async def rest_worker(place, queue, latencies):
    """Send requests from the queue over one keep-alive connection, one after another."""
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    while (request := await queue.get()) is not None:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(LENGTH.search(head)[1]))
        latencies.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"an order was refused: {body.decode()}")
    writer.close()


async def socket_worker(place, queue, latencies):
    """Send requests from the queue over one WebSocket, one after another; frames by hand, as cheap as plain HTTP."""
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(HANDSHAKE)
    await reader.readuntil(b"\r\n\r\n")
    while (request := await queue.get()) is not None:
        frame = b"\x81" + struct.pack(">BHI", 0x80 | 126, len(request), 0) + request
        began = time.perf_counter()
        writer.write(frame)
        answer = await next_text(reader)
        latencies.append(time.perf_counter() - began)
        if json.loads(answer)["status"] != 200:
            raise SystemExit(f"an order was refused: {answer}")
    writer.close()


async def next_text(reader):
    """Return the next text that comes, whatever control frames come before it."""
    while True:
        head = await reader.readexactly(2)
        length = head[1]
        if length == 126:
            (length,) = struct.unpack(">H", await reader.readexactly(2))
        body = await reader.readexactly(length)
        if head[0] == 0x81:
            return body


async def measure(base, rate, worker, requests):
    """Send the requests at a steady rate and return the figures."""
    place, queue, latencies = urlsplit(base), asyncio.Queue(), []
    workers = [asyncio.create_task(worker(place, queue, latencies)) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for number, request in enumerate(requests):
        await asyncio.sleep(began + number / rate - time.perf_counter())
        queue.put_nowait(request)
    for _ in workers:
        queue.put_nowait(None)
    await asyncio.gather(*workers)
    latencies.sort()
    return {
        "orders": len(latencies),
        "per_second": round(len(latencies) / (time.perf_counter() - began)),
        "p50_ms": round(1000 * latencies[len(latencies) // 2], 2),
        "p99_ms": round(1000 * latencies[len(latencies) * 99 // 100], 2),
    }


if __name__ == "__main__":
    uvloop.install()
    workers_by_way = {"rest": rest_worker, "ws": socket_worker}
    way = workers_by_way[sys.argv[3]]
    print(json.dumps(asyncio.run(measure(sys.argv[1], float(sys.argv[2]), way, read_requests(sys.stdin.buffer)))))
