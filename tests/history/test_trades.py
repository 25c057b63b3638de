"""Market trades, aggregated trades, trades of accounts."""

import random

from tests.engine.world import ALICE, CAROL, SPOT, amount
from tests.history.made import trades
from tests.history.naive import market_trade
from tests.history.world import Told

from leverline.engine.commands import SetBnbSwitches
from leverline.history.aggregates import Aggregates
from leverline.history.trades import MarketTrades


def test_trades_are_found_by_id_and_by_time(rng: random.Random) -> None:
    """The newest, those from an id on, those of a window, each with its limit."""
    known = MarketTrades(10_000)
    made = trades(rng, 300)
    for trade in made:
        known.add(trade)
    rows = [market_trade(trade) for trade in made]
    assert known.newest("BTCUSDT", 500) == rows
    assert known.newest("BTCUSDT", 7) == rows[-7:]
    assert known.last("BTCUSDT") == rows[-1]
    assert known.from_id("BTCUSDT", 40, 5) == rows[40:45]
    assert known.from_id("BTCUSDT", 10**9, 5) == []
    since, until = made[100].time, made[200].time
    assert known.within("BTCUSDT", since, until) == [row for row in rows if since <= row.time <= until]
    assert known.newest("ETHUSDT", 5) == []


def test_only_the_newest_trades_are_kept(rng: random.Random) -> None:
    """A quarter more at most; what is gone is not found."""
    known = MarketTrades(40)
    made = trades(rng, 300)
    for trade in made:
        known.add(trade)
    found = known.from_id("BTCUSDT", 0, 1000)
    assert 40 <= len(found) <= 50
    assert found == [market_trade(trade) for trade in made[-len(found) :]]


def test_fills_of_one_taker_at_one_price_are_one_aggregated_trade(rng: random.Random) -> None:
    """Under one command; another price, taker or command begins a new one. Ids follow each other."""
    known = Aggregates(10_000)
    made = trades(rng, 400)
    expected: list[list[int]] = []
    last = None
    for number, trade in enumerate(made):
        if rng.random() < 0.3 and number:
            trade.price = made[number - 1].price
        if rng.random() < 0.5:
            known.begin()
            last = None
        known.add(trade)
        if last == (trade.taker_order, trade.price):
            expected[-1][1] += trade.quantity
            expected[-1][3] = trade.trade_id
        else:
            expected.append([trade.price, trade.quantity, trade.trade_id, trade.trade_id])
        last = (trade.taker_order, trade.price)
    found = known.newest("BTCUSDT", 1000)
    assert [[row.price, row.quantity, row.first_id, row.last_id] for row in found] == expected
    assert [row.aggregate_id for row in found] == list(range(len(found)))
    assert known.from_id("BTCUSDT", 9, 2) == found[9:11]
    assert known.within("BTCUSDT", found[5].time, found[5].time) == [row for row in found if row.time == found[5].time]
    assert len(found) < len(made)


def test_the_last_commits_aggregated_trades_can_be_told(world: Told) -> None:
    """One order through two of three prices: two aggregated trades, none after the next command."""
    world.user(CAROL, USDT="1000000")
    world.user(ALICE, BTC="10")
    for price in ("60000", "60000", "60010"):
        world.send(world.limit(ALICE, "BTCUSDT", False, "1", price))
    world.send(world.limit(CAROL, "BTCUSDT", True, "2.5", "60010"))
    rows = world.known.aggregates.of_last_commit("BTCUSDT")
    assert [(row.price, row.quantity) for row in rows] == [
        (amount("60000"), amount("2")), (amount("60010"), amount("0.5")),
    ]  # fmt: skip
    world.advance(1)
    assert world.known.aggregates.of_last_commit("BTCUSDT") == []


def test_both_sides_know_their_fill_with_their_own_commission(world: Told) -> None:
    """In kind for one, in BNB for the other; the taker is no maker."""
    world.user(CAROL, USDT="1000000", BNB="10")
    world.send(SetBnbSwitches(CAROL, True, False))
    world.user(ALICE, BTC="10")
    world.send(world.limit(ALICE, "BTCUSDT", False, "1", "60000"))
    world.send(world.limit(CAROL, "BTCUSDT", True, "1", "60000"))
    known, trade = world.known, world.trades[-1]
    sold = known.account_trades.of(world.spot(ALICE).wallet_id, "BTCUSDT")[0]
    bought = known.account_trades.of(world.spot(CAROL).wallet_id, "BTCUSDT")[0]
    assert (sold.commission, sold.commission_asset, sold.is_maker, sold.is_buyer) == (
        trade.maker_fee, "USDT", True, False,
    )  # fmt: skip
    assert (bought.commission, bought.commission_asset, bought.is_maker, bought.is_buyer) == (
        trade.taker_fee, "BNB", False, True,
    )  # fmt: skip
    assert sold.trade_id == bought.trade_id == trade.trade_id


def test_trades_of_an_account_are_found_by_id_order_and_time(world: Told) -> None:
    """From an id on, of one order, within a window, or the newest."""
    world.user(CAROL, USDT="10000000")
    world.maker()
    for _ in range(6):
        world.advance(1_000_000)
        world.send(world.limit(CAROL, "BTCUSDT", True, "0.1", "60010"))
    wallet = world.known.wallets.of(CAROL, SPOT)
    assert wallet is not None
    find = world.known.account_trades.of
    everything = find(wallet.wallet_id, "BTCUSDT")
    assert len(everything) == 6
    assert find(wallet.wallet_id, "BTCUSDT", limit=2) == everything[-2:]
    assert find(wallet.wallet_id, "BTCUSDT", from_id=everything[2].trade_id, limit=3) == everything[2:5]
    assert find(wallet.wallet_id, "BTCUSDT", since=everything[1].time, until=everything[2].time) == everything[1:3]
    assert find(wallet.wallet_id, "BTCUSDT", order_id=everything[4].order_id) == [everything[4]]
    assert find(wallet.wallet_id, "ETHUSDT") == []
