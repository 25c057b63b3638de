"""Time from sending a signed margin order to its executionReport on the user's stream.

    python reports.py BASE_URL RATE < orders

Standard input holds length-prefixed orders of one user, as load.py takes them, after one JSON line with his API key. A
JSON line with the figures goes to standard output. Order and report meet by client order id.
"""

import asyncio
import json
import re
import struct
import sys
import time
import urllib.request
from urllib.parse import urlsplit

import uvloop
import websockets

CLIENT_ID = re.compile(rb"newClientOrderId=([^&\s]+)")
CONNECTIONS = 16


def read_orders(stream):
    """Return the API key and the orders."""
    key = json.loads(stream.readline())["key"]
    data, at, found = stream.read(), 0, []
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return key, found


def listen_token(base, key):
    """Return a token for the user's cross account."""
    request = urllib.request.Request(
        f"{base}/sapi/v1/userListenToken", method="POST", data=b"", headers={"X-MBX-APIKEY": key}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())["token"]


async def connection(host, port, queue, sent):
    """Send orders from the queue, one after another, and read the answers."""
    reader, writer = await asyncio.open_connection(host, port)
    while (order := await queue.get()) is not None:
        sent[CLIENT_ID.search(order)[1].decode()] = time.perf_counter()
        writer.write(order)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head)[1])
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"an order was refused: {body.decode()}")
    writer.close()


async def hear(socket, sent, latencies, count):
    """Take reports until all orders are reported."""
    while len(latencies) < count:
        event = json.loads(await socket.recv()).get("event", {})
        if event.get("e") == "executionReport" and event["x"] == "NEW" and event["c"] in sent:
            latencies.append(time.perf_counter() - sent[event["c"]])


async def measure(base, rate, key, orders):
    """Send the orders at a steady rate and return the figures."""
    place = urlsplit(base)
    async with websockets.connect(f"ws://{place.netloc}/ws-api/v3") as socket:
        words = {"listenToken": listen_token(base, key)}
        await socket.send(json.dumps({"id": 1, "method": "userDataStream.subscribe.listenToken", "params": words}))
        await socket.recv()
        queue, sent, latencies = asyncio.Queue(), {}, []
        workers = [asyncio.create_task(connection(place.hostname, place.port, queue, sent)) for _ in range(CONNECTIONS)]
        hearing = asyncio.create_task(hear(socket, sent, latencies, len(orders)))
        began = time.perf_counter()
        for number, order in enumerate(orders):
            await asyncio.sleep(began + number / rate - time.perf_counter())
            queue.put_nowait(order)
        for _ in workers:
            queue.put_nowait(None)
        await asyncio.gather(*workers)
        await asyncio.wait_for(hearing, 30)
    latencies.sort()
    return {
        "orders": len(orders),
        "per_second": round(len(orders) / (time.perf_counter() - began)),
        "p50_ms": round(1000 * latencies[len(latencies) // 2], 2),
        "p99_ms": round(1000 * latencies[len(latencies) * 99 // 100], 2),
        "worst_ms": round(1000 * latencies[-1], 2),
    }


if __name__ == "__main__":
    uvloop.install()
    api_key, prepared = read_orders(sys.stdin.buffer)
    print(json.dumps(asyncio.run(measure(sys.argv[1], float(sys.argv[2]), api_key, prepared))))
