"""Measure a running venue and print a table; see `bench/README.md`."""

import argparse
import json
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from venue import PAIRS, RunningVenue

HERE = Path(__file__).parent
CONNECTIONS = 64
TRADERS = 64


def load(port, requests, connections=CONNECTIONS):
    """Send `requests` from a process of its own and return its figures."""
    stream = b"".join(struct.pack(">I", len(each)) + each for each in requests)
    words = [sys.executable, str(HERE / "load.py"), "127.0.0.1", str(port), str(connections)]
    return json.loads(subprocess.run(words, input=stream, capture_output=True, check=True).stdout)


def post(query, key="-"):
    """Return the bytes of a signed order."""
    return (
        f"POST /sapi/v1/margin/order?{query} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-mbx-apikey: {key}\r\n"
        "content-length: 0\r\n\r\n"
    ).encode()


def limit_orders(venue, traders, count):
    """Return signed margin LIMIT orders that rest a tenth below the index, spread over traders and pairs."""
    info = venue.http.get("/api/v3/exchangeInfo").json()
    terms = {each["symbol"]: each for each in info["symbols"]}
    rows = []
    for symbol in PAIRS:
        filters = {each["filterType"]: each for each in terms[symbol]["filters"]}
        last = float(venue.http.get("/sapi/v1/margin/priceIndex", params={"symbol": symbol}).json()["price"])
        tick, step = filters["PRICE_FILTER"]["tickSize"], filters["LOT_SIZE"]["stepSize"]
        rows.append((symbol, on_grid(0.9 * last, tick), on_grid(12 / (0.9 * last) + float(step), step)))
    orders = []
    for place in range(count):
        trader = traders[place % len(traders)]
        symbol, price, quantity = rows[place // len(traders) % len(rows)]
        query = trader.sign(
            symbol=symbol, side="BUY", type="LIMIT", timeInForce="GTC", quantity=quantity, price=price,
            newOrderRespType="ACK",
        )  # fmt: skip
        orders.append(post(query, trader.key))
    return orders


def on_grid(value, step):
    """Return `value` rounded to the grid, as text."""
    places = max(0, len(step.rstrip("0").partition(".")[2]))
    return f"{round(value / float(step)) * float(step):.{places}f}"


def orders(venue, quick):
    """Signed margin LIMIT orders over 64 keep-alive connections, journal durable."""
    traders = [venue.trader(1_000_000) for _ in range(TRADERS)]
    rounds = []
    for _ in range(3):
        requests = limit_orders(venue, traders, 5_000 if quick else 30_000)
        rounds.append(load(venue.port, requests))
    middle = sorted(rounds, key=lambda each: each["per_second"])[1]
    return {**middle, "rounds": [each["per_second"] for each in rounds]}


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
    folder = Path(venue.log.name).parent / "data"
    before, began, size = venue.cpu_seconds(), time.perf_counter(), folder_size(folder)
    time.sleep(seconds)
    spent = time.perf_counter() - began
    return {
        "core_percent": round(100 * (venue.cpu_seconds() - before) / spent, 1),
        "megabytes_per_hour": round((folder_size(folder) - size) / spent * 3600 / 1e6, 1),
    }


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


def main():
    """Run what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Small sizes, to see that all works.")
    parser.add_argument("--only", default="", help="Comma list of idle, orders, yardstick.")
    words = parser.parse_args()
    only = set(filter(None, words.only.split(",")))
    figures = {"machine_seconds": round(machine(), 2)}
    with tempfile.TemporaryDirectory() as folder:
        venue = RunningVenue(folder)
        figures["start_seconds"] = round(venue.start_seconds, 1)
        try:
            for name, measure in (("idle", idle), ("orders", orders)):
                if not only or name in only:
                    figures[name] = measure(venue, words.quick)
        finally:
            venue.stop()
    if not only or "yardstick" in only:
        figures["yardstick"] = yardstick(words.quick)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
