"""The order mix as plain rows, so that ours and the peers are given the same."""

import random

StreamRow = tuple[int, int, int, int, bool, int, int]
"""(kind, book, order number, user, is_buy, price in ticks, quantity in lots)."""

ADD_ROW, CANCEL_ROW, TAKE_ROW = 0, 1, 2
_MIDDLE = 10_000
_RECENT = 2_000


def order_stream(count: int, seed: int, books: int, users: int) -> list[StreamRow]:
    """Return `count` rows: 60 % limit orders near the touch, 20 % cancels of recent ones, 20 % marketable IOC.

    Orders are numbered from 1 in order; a cancel names the order's number. Some cancels come too late.
    """
    rng = random.Random(seed)
    rows: list[StreamRow] = []
    placed: list[tuple[int, int, int]] = []
    number = 0
    for _ in range(count):
        draw = rng.random()
        if draw < 0.2 and placed:
            book, old, user = placed.pop(rng.randrange(max(0, len(placed) - _RECENT), len(placed)))
            rows.append((CANCEL_ROW, book, old, user, False, 0, 0))
            continue
        number += 1
        book, user, is_buy = rng.randrange(books), rng.randrange(1, users + 1), rng.random() < 0.5
        is_taker = draw >= 0.8
        away = -rng.randrange(5, 15) if is_taker else rng.randrange(1, 30)
        ticks = _MIDDLE - away if is_buy else _MIDDLE + away
        rows.append((TAKE_ROW if is_taker else ADD_ROW, book, number, user, is_buy, ticks, rng.randrange(1, 20)))
        if not is_taker:
            placed.append((book, number, user))
    return rows
