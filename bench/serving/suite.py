"""Measure a running venue and print a table; see `bench/README.md`."""

import argparse
import json
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from venue import PAIRS, RunningVenue  # noqa: E402 - its folder is on the path now

HERE = Path(__file__).parent
CONNECTIONS = 64
TRADERS = 64
SETTLE_SECONDS = 15
"""A fresh venue writes the past that it begins with: that is done by then, and is not what it does when idle."""


def load(port, requests, connections=CONNECTIONS):
    """Send `requests` from a process of its own and return its figures."""
    words = [sys.executable, str(HERE / "load.py"), "127.0.0.1", str(port), str(connections)]
    return json.loads(subprocess.run(words, input=prefixed(requests), capture_output=True, check=True).stdout)


def post(query, key="-", path="/sapi/v1/margin/order"):
    """Return the bytes of a signed order."""
    return (
        f"POST {path}?{query} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-mbx-apikey: {key}\r\ncontent-length: 0\r\n\r\n"
    ).encode()


def limit_terms(venue):
    """Return the words of one LIMIT order of each pair that rests a tenth below the index."""
    info = venue.http.get("/api/v3/exchangeInfo").json()
    terms = {each["symbol"]: each for each in info["symbols"]}
    rows = []
    for symbol in PAIRS:
        filters = {each["filterType"]: each for each in terms[symbol]["filters"]}
        last = float(venue.http.get("/sapi/v1/margin/priceIndex", params={"symbol": symbol}).json()["price"])
        tick, step = filters["PRICE_FILTER"]["tickSize"], filters["LOT_SIZE"]["stepSize"]
        price, quantity = on_grid(0.9 * last, tick), on_grid(12 / (0.9 * last) + float(step), step)
        kind = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "newOrderRespType": "ACK"}
        rows.append({"symbol": symbol, "quantity": quantity, "price": price, **kind})
    return rows


def limit_orders(venue, traders, count, has_client_id=False):
    """Return signed margin LIMIT orders, spread over traders and pairs."""
    rows = limit_terms(venue)
    orders = []
    for place in range(count):
        trader = traders[place % len(traders)]
        names = {"newClientOrderId": f"bench-{place}"} if has_client_id else {}
        query = trader.sign(**rows[place // len(traders) % len(rows)], **names)
        orders.append(post(query, trader.key))
    return orders


def on_grid(value, step):
    """Return `value` rounded to the grid, as text."""
    places = max(0, len(step.rstrip("0").partition(".")[2]))
    return f"{round(value / float(step)) * float(step):.{places}f}"


def orders(venue, quick):
    """Signed margin LIMIT orders over 64 keep-alive connections, journal durable, history written behind."""
    traders = [venue.trader(1_000_000) for _ in range(TRADERS)]
    rounds, lags = [], []
    for _ in range(3):
        requests = limit_orders(venue, traders, 5_000 if quick else 30_000)
        before = venue.cpu_seconds()
        with sampled(venue.history_lag, lags):
            rounds.append(load(venue.port, requests))
        rounds[-1]["cpu_us_each"] = round(1e6 * (venue.cpu_seconds() - before) / len(requests))
    middle = sorted(rounds, key=lambda each: each["per_second"])[1]
    lag = round(max(lags, default=0.0), 2)
    return {**middle, "rounds": [each["per_second"] for each in rounds], "history_lag_max_seconds": lag}


def orders_postgresql(quick):
    """The same with users and history in a PostgreSQL of its own, on the same machine."""
    from tests.identity.postgres import NoServer, fresh_database, server

    try:
        with server() as first, fresh_database(first) as url, tempfile.TemporaryDirectory() as folder:
            venue = RunningVenue(folder, LEVERLINE_DATABASE=url)
            try:
                return orders(venue, quick)
            finally:
                venue.stop()
    except NoServer as fault:
        return {"not measured": str(fault)}


@contextmanager
def sampled(read, into):
    """Gather what `read` returns, twice a second, while something goes on."""
    is_over = threading.Event()

    def sample():
        while not is_over.wait(0.5):
            into.append(read())

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield
    finally:
        is_over.set()
        sampler.join()


def yardstick(quick):
    """A trivial Starlette endpoint under the same load."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(HERE / "yardstick.py"), str(port)])
    try:
        time.sleep(2)
        query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=54000&signature=" + 64 * "0"
        return load(port, [post(query)] * (5_000 if quick else 30_000))
    finally:
        process.terminate()
        process.wait()


def idle(venue, quick):
    """Processor time and growth of the data folder while only the simulated market trades."""
    seconds = 10 if quick else 60
    time.sleep(SETTLE_SECONDS)
    folder = Path(venue.log.name).parent / "data"
    before, began, size = venue.cpu_seconds(), time.perf_counter(), folder_size(folder)
    time.sleep(seconds)
    spent = time.perf_counter() - began
    return {
        "core_percent": round(100 * (venue.cpu_seconds() - before) / spent, 1),
        "megabytes_per_hour": round((folder_size(folder) - size) / spent * 3600 / 1e6, 1),
    }


def reports(venue, quick):
    """From sending an order to its executionReport on the user's stream, at 500 orders a second."""
    trader = venue.trader(1_000_000)
    orders = limit_orders(venue, [trader], 500 if quick else 4_000, has_client_id=True)
    stream = json.dumps({"key": trader.key}).encode() + b"\n" + prefixed(orders)
    words = [sys.executable, str(HERE / "reports.py"), venue.base, "500"]
    return json.loads(subprocess.run(words, input=stream, capture_output=True, check=True).stdout)


def sockets(venue, quick):
    """The same spot LIMIT orders at 300 a second by REST and by order.place of the WebSocket API, turn about."""
    trader, rows = venue.spot_trader(10_000_000), limit_terms(venue)
    count = 300 if quick else 1_500
    found = {"rest": [], "ws": []}
    for _ in range(3):
        for way, figures in found.items():
            terms, trader = [rows[place % len(rows)] for place in range(count)], venue.spot_trader(10_000_000)
            if way == "rest":
                requests = [post(trader.sign(**words), trader.key, "/api/v3/order") for words in terms]
            else:
                requests = [trader.sign_socket(place, "order.place", **words) for place, words in enumerate(terms)]
            command = [sys.executable, str(HERE / "pace.py"), venue.base, "300", way]
            figures.append(
                json.loads(subprocess.run(command, input=prefixed(requests), capture_output=True, check=True).stdout)
            )
    return {
        f"{way} {name}": statistics.median(each[name] for each in figures)
        for way, figures in found.items()
        for name in ("p50_ms", "p99_ms")
    }


def exchange_info(venue, quick):
    """The whole exchangeInfo, one request after another on one connection."""
    request = b"GET /api/v3/exchangeInfo HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    return load(venue.port, [request] * (50 if quick else 500), 1)


def fan_out(quick):
    """1,000 subscribers of one stream at 65 messages a second each."""
    words = [sys.executable, str(HERE / "fan_out.py"), "1000", "65", "5" if quick else "20"]
    return json.loads(subprocess.run(words, capture_output=True, check=True).stdout)


def durable(quick):
    """Restart of a venue with 1 M journalled commands, and how long a snapshot of 100,000 accounts holds it up."""
    words = [sys.executable, str(HERE.parent / "durable.py"), "--scale", "0.02" if quick else "1"]
    lines = subprocess.run(words, capture_output=True, check=True, text=True).stdout.splitlines()
    return json.loads(lines[-1])


def prefixed(requests):
    """Return requests as one stream, each after its length."""
    return b"".join(struct.pack(">I", len(each)) + each for each in requests)


def folder_size(folder):
    """Return the bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def machine():
    """Return how long ten million additions take in a Python loop: what the machine is worth just now."""
    rounds = []
    for _ in range(3):
        began = time.perf_counter()
        total = 0
        for each in range(10_000_000):
            total += each
        rounds.append(time.perf_counter() - began)
    return statistics.median(rounds)


def print_table(figures):
    """Print the figures, a line each."""
    for name, value in figures.items():
        rows = value.items() if isinstance(value, dict) else [("", value)]
        for part, figure in rows:
            print(f"{name:<20}{part:<26}{figure}")


def run(only, quick):
    """Return the figures of what was asked for."""

    def wants(name):
        return not only or name in only

    figures = {"machine": {"seconds of 10 M additions": round(machine(), 2)}}
    measures = (idle, exchange_info, reports, sockets, orders)
    if any(wants(measure.__name__) for measure in measures):
        with tempfile.TemporaryDirectory() as folder:
            venue = RunningVenue(folder)
            figures["start"] = {"seconds to the first answer": round(venue.start_seconds, 1)}
            try:
                for measure in measures:
                    if wants(measure.__name__):
                        figures[measure.__name__] = measure(venue, quick)
            finally:
                venue.stop()
    for measure in (yardstick, orders_postgresql, fan_out, durable):
        if wants(measure.__name__):
            figures[measure.__name__] = measure(quick)
    return figures


def main():
    """Measure, print the table and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Small sizes, to see that all works.")
    parser.add_argument("--only", default="", help="Comma list of the workloads, as README.md names them.")
    words = parser.parse_args()
    figures = run(set(filter(None, words.only.split(","))), words.quick)
    print_table(figures)
    (HERE.parent / "serve.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
