"""Trades made up without an engine: bursts and pauses, from seconds to days."""

import random

from tests.engine.world import START, parameters

from leverline.engine.engine import Engine
from leverline.kernel.numbers import UNIT, quote_down
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.ledger.wallet import SPOT
from leverline.market.account import Trader, TradingAccount
from leverline.market.events import Trade
from leverline.market.order import Order

PAIRS = Engine(parameters()).core.exchange.pairs
ACCOUNT = TradingAccount(2, Trader(1, 0, 0), SPOT)


def trades(rng: random.Random, count: int, pair: str = "BTCUSDT", longest: int = 3 * DAY) -> list[Trade]:
    """Return trades by rising time and id; quantities up to far beyond a machine word."""
    time, price, order = START, 60_000 * UNIT, 1
    found: list[Trade] = []
    pauses = [span for span in (0, 0, 0, 1_000, SECOND, 20 * SECOND, MINUTE, HOUR, DAY) if span <= longest]
    for trade_id in range(count):
        time += rng.choice(pauses) * rng.randrange(1, 4)
        price = max(UNIT, price + rng.randrange(-500, 501) * UNIT // 10)
        order += rng.random() < 0.6
        quantity = rng.choice((UNIT, 10**4, rng.randrange(1, 10**20)))
        is_buyer_maker = rng.random() < 0.5
        taker = Order(order, ACCOUNT, PAIRS[pair], not is_buyer_maker)
        maker = Order(0, ACCOUNT, PAIRS[pair], is_buyer_maker)
        trade = Trade(trade_id, pair, price, quantity, quote_down(price, quantity), taker, maker)
        assert trade.is_buyer_maker == is_buyer_maker
        trade.time = time
        found.append(trade)
    return found
