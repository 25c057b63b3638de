"""The order mix on hftbacktest: a compiled strategy that sends the stream's orders to one replayed book.

Its orders meet replayed depth and not each other, and there is one book: another question, so a module of its own.
"""

import time

import numpy as np
from hftbacktest import (
    BUY_EVENT,
    DEPTH_EVENT,
    EXCH_EVENT,
    GTC,
    LIMIT,
    LOCAL_EVENT,
    SELL_EVENT,
    BacktestAsset,
    HashMapMarketDepthBacktest,
)
from hftbacktest.order import IOC
from hftbacktest.types import event_dtype
from numba import njit
from stream import CANCEL_ROW, TAKE_ROW, StreamRow

STEP_NS = 1_000
MIDDLE, LEVELS, DEPTH = 10_000, 30, 1e9
WARM = 200


def _feed(commands: int) -> np.ndarray:
    """Return a book of constant depth, refreshed now and then until the last command."""
    both = DEPTH_EVENT | EXCH_EVENT | LOCAL_EVENT
    rows = [
        (both | side, STEP_NS, STEP_NS, MIDDLE + sign * level, DEPTH, 0, 0, 0.0)
        for level in range(1, LEVELS + 1)
        for side, sign in ((BUY_EVENT, -1), (SELL_EVENT, 1))
    ]
    last = (commands + 1_000) * STEP_NS * 2
    rows += [(both | BUY_EVENT, t, t, MIDDLE - 1, DEPTH, 0, 0, 0.0) for t in range(2 * STEP_NS, last, 4_000 * STEP_NS)]
    return np.array(rows, dtype=event_dtype)


@njit
def _send(hbt, kinds, numbers, buys, ticks, lots):  # type: ignore[no-untyped-def]
    """Send every row as an order or a cancel."""
    for i in range(len(kinds)):
        number = numbers[i]
        if kinds[i] == CANCEL_ROW:
            if hbt.orders(0).get(number) is not None:
                hbt.cancel(0, number, False)
        else:
            tif = IOC if kinds[i] == TAKE_ROW else GTC
            price, quantity = float(ticks[i]), float(lots[i])
            if buys[i]:
                hbt.submit_buy_order(0, number, price, quantity, tif, LIMIT, False)
            else:
                hbt.submit_sell_order(0, number, price, quantity, tif, LIMIT, False)
        hbt.elapse(STEP_NS)
        if i % 256 == 0:
            hbt.clear_inactive_orders(0)


def rate(rows: list[StreamRow]) -> float:
    """Return commands per second after compilation."""
    asset = (
        BacktestAsset()
        .data(_feed(len(rows)))
        .linear_asset(1.0)
        .constant_order_latency(0, 0)
        .risk_adverse_queue_model()
        .no_partial_fill_exchange()
        .trading_value_fee_model(0.0, 0.0)
        .tick_size(1.0)
        .lot_size(1.0)
    )
    hbt = HashMapMarketDepthBacktest([asset])
    columns = [np.array([row[place] for row in rows]) for place in (0, 2, 4, 5, 6)]
    hbt.elapse(10 * STEP_NS)
    _send(hbt, *[column[:WARM] for column in columns])
    start = time.perf_counter()
    _send(hbt, *[column[WARM:] for column in columns])
    return (len(rows) - WARM) / (time.perf_counter() - start)
