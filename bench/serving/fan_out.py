"""A hub that publishes at a fixed rate to many subscribers: what the fan-out alone can do.

    python fan_out.py CONNECTIONS RATE SECONDS

The server is the venue's own (wire, connections, topics), without a market behind it; the listeners run in a process of
their own.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import uvloop

from leverline.api.dispatch import Dispatcher
from leverline.api.endpoint import Table
from leverline.api.http.server import listen, make_server
from leverline.api.streams.connection import Connection, Flusher
from leverline.api.streams.topic import Topic
from leverline.api.streams.wire import EXTENSION


class Stage:
    """Serves one topic to whoever connects."""

    def __init__(self, connections):
        self.connections = connections
        self.is_full = asyncio.Event()
        self.published = 0
        self.flusher = Flusher()
        self.topic = Topic("btcusdt@trade")

    async def __call__(self, scope, receive, send):
        """Serve one connection."""
        await receive()
        await send({"type": "websocket.accept"})
        connection = Connection(scope["extensions"][EXTENSION]["wire"], self.flusher, "", False)
        self.topic.subscribers[connection] = None
        if len(self.topic.subscribers) == self.connections:
            self.is_full.set()
        while (await receive())["type"] != "websocket.disconnect":
            pass
        del self.topic.subscribers[connection]

    async def publish(self, rate):
        """Publish trades at a steady rate."""
        loop = asyncio.get_running_loop()
        await self.is_full.wait()
        self.began, self.processor = time.perf_counter(), sum(os.times()[:2])
        began, number = loop.time(), 0
        while True:
            number += 1
            self.published = number
            await asyncio.sleep(began + number / rate - loop.time())
            now = time.time_ns() // 1_000
            self.topic.publish(
                lambda stamp, now=now, number=number: {
                    "e": "trade", "E": stamp(now), "s": "BTCUSDT", "t": number, "p": "60000.01000000",
                    "q": "0.01000000", "T": stamp(now), "m": True, "M": True,
                }
            )  # fmt: skip


async def measure(connections, rate, seconds):
    """Return the figures of one run."""
    stage = Stage(connections)
    bound = listen("127.0.0.1", 0)
    server = make_server(Dispatcher(Table(), None), stage)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    publishing = asyncio.create_task(stage.publish(rate))
    words = [
        sys.executable, str(Path(__file__).with_name("listen.py")), "127.0.0.1", str(bound.getsockname()[1]),
        str(connections), str(seconds), "/ws/btcusdt@trade",
    ]  # fmt: skip
    listener = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    output, _ = await listener.communicate()
    spent, processor = time.perf_counter() - stage.began, sum(os.times()[:2]) - stage.processor
    publishing.cancel()
    server.should_exit = server.force_exit = True
    await serving
    return {
        **json.loads(output),
        "server_core_percent": round(100 * processor / spent),
        "server_microseconds_per_message": round(1e6 * processor / (stage.published * connections), 2),
        "cut": dict(stage.flusher.cuts),
    }


if __name__ == "__main__":
    uvloop.install()
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))))
