"""The order mix on order book packages from PyPI: one JSON line each. They match only: no accounts, no ledger.

An IOC order of the mix is given as a limit order whose rest is cancelled at once, where a package has no IOC.
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from stream import CANCEL_ROW, TAKE_ROW, StreamRow, order_stream

BOOKS, USERS, ROUNDS = 50, 1_000, 5
Apply = Callable[[StreamRow], None]


def lightmatchingengine() -> Apply:
    """lightmatchingengine: floats, one engine, dictionaries of price lists."""
    from lightmatchingengine.lightmatchingengine import LightMatchingEngine, Side

    engine = LightMatchingEngine()
    orders: dict[int, object] = {}

    def apply(row: StreamRow) -> None:
        kind, book, number, _, is_buy, ticks, lots = row
        if kind == CANCEL_ROW:
            order = orders.pop(number, None)
            if order is not None and order.leaves_qty > 0:
                engine.cancel_order(order.order_id, str(book))
            return
        order, _ = engine.add_order(str(book), ticks, lots, Side.BUY if is_buy else Side.SELL)
        if kind != TAKE_ROW:
            orders[number] = order
        elif order.leaves_qty > 0:
            engine.cancel_order(order.order_id, str(book))

    return apply


def pyorderbook() -> Apply:
    """pyorderbook: Decimal prices, UUID order ids."""
    from pyorderbook import Book, Order, Side

    engine = Book()
    orders: dict[int, object] = {}

    def apply(row: StreamRow) -> None:
        kind, book, number, _, is_buy, ticks, lots = row
        if kind == CANCEL_ROW:
            order = orders.pop(number, None)
            if order is not None and order.quantity > 0 and engine.get_order(order.id) is not None:
                engine.cancel(order)
            return
        order = Order(Side.BID if is_buy else Side.ASK, str(book), ticks, lots)
        engine.match(order)
        if kind != TAKE_ROW:
            orders[number] = order
        elif engine.get_order(order.id) is not None:
            engine.cancel(order)

    return apply


def cython_orderbook() -> Apply:
    """cython-orderbook: compiled, Decimal prices, a book per symbol."""
    from cython_orderbook import Order, OrderBook, OrderSide

    books = [OrderBook() for _ in range(BOOKS)]
    orders: dict[int, object] = {}
    prices = {ticks: Decimal(ticks) for ticks in range(9_900, 10_100)}

    def apply(row: StreamRow) -> None:
        kind, book, number, _, is_buy, ticks, lots = row
        if kind == CANCEL_ROW:
            order = orders.pop(number, None)
            if order is not None:
                _quietly(books[book].cancel_order, order.order_id)
            return
        order = Order(side=OrderSide.BID if is_buy else OrderSide.ASK, price=prices[ticks], original_quantity=lots)
        books[book].add_limit_order(order)
        if kind != TAKE_ROW:
            orders[number] = order
        else:
            _quietly(books[book].cancel_order, order.order_id)

    return apply


def nautilus_trader_book() -> Apply:
    """nautilus_trader's OrderBook (L3): book upkeep only, nothing is matched; an IOC order is added and deleted."""
    from nautilus_trader.model.book import OrderBook
    from nautilus_trader.model.data import BookOrder
    from nautilus_trader.model.enums import BookType, OrderSide
    from nautilus_trader.model.identifiers import InstrumentId
    from nautilus_trader.model.objects import Price, Quantity

    books = [OrderBook(InstrumentId.from_str(f"B{book}USDT.X"), BookType.L3_MBO) for book in range(BOOKS)]
    orders: dict[int, object] = {}
    prices = {ticks: Price(ticks, 0) for ticks in range(9_900, 10_100)}
    sizes = {lots: Quantity(lots, 0) for lots in range(1, 20)}

    def apply(row: StreamRow) -> None:
        kind, book, number, _, is_buy, ticks, lots = row
        if kind == CANCEL_ROW:
            order = orders.pop(number, None)
            if order is not None:
                books[book].delete(order, 0)
            return
        order = BookOrder(OrderSide.BUY if is_buy else OrderSide.SELL, prices[ticks], sizes[lots], number)
        books[book].add(order, 0)
        if kind != TAKE_ROW:
            orders[number] = order
        else:
            books[book].delete(order, 0)

    return apply


def _quietly(cancel: Callable[[object], object], order_id: object) -> None:
    """Cancel where the package raises for an order that is gone."""
    try:
        cancel(order_id)
    except (KeyError, ValueError, AttributeError):
        return


PEERS: dict[str, tuple[Callable[[], Apply], str]] = {
    "lightmatchingengine": (lightmatchingengine, "matching only, floats"),
    "pyorderbook": (pyorderbook, "matching only, Decimal"),
    "cython-orderbook": (cython_orderbook, "matching only, compiled"),
    "nautilus_trader OrderBook L3": (nautilus_trader_book, "book upkeep only, no matching, compiled"),
}


def measure(make: Callable[[], Apply], rows: list[StreamRow]) -> dict[str, object]:
    """Give all rows to a fresh peer in equal parts; return the median rate and how many rows raised."""
    apply = make()
    part = len(rows) // ROUNDS
    rates, raised = [], 0
    gc.collect()
    for step in range(ROUNDS):
        start = time.perf_counter()
        for row in rows[step * part : (step + 1) * part]:
            try:
                apply(row)
            except Exception:  # a peer that raises goes on being measured; the count is reported
                raised += 1
        rates.append(part / (time.perf_counter() - start))
    return {"commands_per_second": round(statistics.median(rates)), "raised": raised}


def main() -> None:
    """Measure each peer that is installed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    rows = order_stream(int(200_000 * options.scale), 1, BOOKS, USERS)
    for name, (make, does) in PEERS.items():
        try:
            figures = measure(make, rows)
        except ImportError as fault:
            figures = {"error": f"not installed: {fault}"}
        print(json.dumps({"peer": name, "does": does, **figures}), flush=True)
    print(json.dumps({"peer": "hftbacktest", **hftbacktest(int(200_000 * options.scale))}), flush=True)


def hftbacktest(count: int) -> dict[str, object]:
    """Measure hftbacktest, in which orders meet one replayed book."""
    does = "one book, orders meet replayed depth and not each other, compiled strategy"
    try:
        import peer_hftbacktest
    except ImportError as fault:
        return {"does": does, "error": f"not installed: {fault}"}
    rates = [peer_hftbacktest.rate(order_stream(count, 1, 1, USERS)) for _ in range(ROUNDS)]
    return {"does": does, "commands_per_second": round(statistics.median(rates)), "raised": 0}


if __name__ == "__main__":
    main()
