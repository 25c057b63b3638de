"""Price-time priority, icebergs, and what the book shows."""

from tests.market.world import World

from leverline.kernel.decimals import parse_amount
from leverline.market.account import TradingAccount
from leverline.market.order import Order


def makers(world: World) -> list[int]:
    """Return the makers of the trades since the last call."""
    return [maker for maker, _, _ in world.trades()]


def test_the_best_price_trades_first(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Whoever came first; sells from the lowest, buys from the highest."""
    asks = [world.sell(alice, "1", price).order_id for price in ("20002", "20000", "20001")]
    world.trades()
    world.buy(bob, "3", "20002")
    assert makers(world) == [asks[1], asks[2], asks[0]]
    bids = [world.buy(carol, "1", price).order_id for price in ("19998", "20000", "19999")]
    world.trades()
    world.sell(bob, "3", "19998")
    assert makers(world) == [bids[1], bids[2], bids[0]]


def test_at_one_price_who_came_first_trades_first(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """A partial fill keeps its place."""
    first = world.sell(alice, "2", "20000")
    second = world.sell(carol, "2", "20000")
    world.buy(bob, "1", "20000")
    world.buy(bob, "2", "20000")
    assert makers(world) == [first.order_id, first.order_id, second.order_id]


def test_a_cancel_in_the_middle_of_a_queue_keeps_the_others_in_order(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """Head, middle and tail can leave."""
    orders = [world.sell(alice, "1", "20000") for _ in range(5)]
    for index in (2, 0, 4):
        world.cancel(orders[index])
    world.trades()
    world.buy(bob, "2", "20000")
    assert makers(world) == [orders[1].order_id, orders[3].order_id]


def test_an_iceberg_loses_time_priority_with_each_slice(
    world: World, alice: TradingAccount, bob: TradingAccount, carol: TradingAccount
) -> None:
    """Alice shows 1 of 3; after her slice Carol is next, then Alice's second slice."""
    iceberg = world.sell(alice, "3", "20000", iceberg_quantity="1")
    plain = world.sell(carol, "1", "20000")
    world.trades()
    world.buy(bob, "2.5", "20000")
    assert world.trades() == [
        (iceberg.order_id, parse_amount("20000"), parse_amount("1")),
        (plain.order_id, parse_amount("20000"), parse_amount("1")),
        (iceberg.order_id, parse_amount("20000"), parse_amount("0.5")),
    ]
    assert iceberg.visible == parse_amount("0.5")


def test_the_book_shows_a_slice_and_counts_the_whole(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """The last slice is what is left."""
    world.sell(alice, "2.5", "20000", iceberg_quantity="1")
    book = world.btc.book
    assert book.visible_levels(False, 1) == [(parse_amount("20000"), parse_amount("1"))]
    assert book.levels(False, 1) == [(parse_amount("20000"), parse_amount("2.5"))]
    world.buy(bob, "2", "20000")
    assert book.visible_levels(False, 1) == [(parse_amount("20000"), parse_amount("0.5"))]


def test_an_iceberg_that_takes_trades_in_full_before_it_hides(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """Of 3 bought 2 trade at once; of the last 1 it shows 0.4."""
    world.sell(alice, "2", "20000")
    order = world.buy(bob, "3", "20000", iceberg_quantity="0.4")
    assert (order.executed, order.visible) == (parse_amount("2"), parse_amount("0.4"))


def test_depth_lists_what_a_limited_order_can_reach(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """Both sides, best first, the limit included."""
    for price in ("20000", "20001", "20002"):
        world.sell(alice, "1", price)
    for price in ("19999", "19998", "19997"):
        world.buy(bob, "2", price)
    book = world.btc.book
    reach = [(parse_amount(price), parse_amount("1")) for price in ("20000", "20001")]
    assert book.depth(True, parse_amount("20001")) == reach
    assert book.depth(False, parse_amount("19998")) == [
        (parse_amount(price), parse_amount("2")) for price in ("19999", "19998")
    ]
    assert book.levels(True, 2) == book.depth(False, parse_amount("19998"))


def test_the_depth_value_is_that_of_the_thinner_side_within_the_band(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """Index 20,000, band 5 %: of the bids 3 BTC stand above 19,000, of the asks 2 below 21,000; 2 are 40,000 USDT."""
    for price, quantity in (("19000", "3"), ("18999.99", "40")):
        world.buy(bob, quantity, price)
    for price, quantity in (("21000", "2"), ("21000.01", "40")):
        world.sell(alice, quantity, price)
    assert world.exchange.book_depth_value(world.btc, world.btc.base.parameters.trade_band) == parse_amount("40000")
    world.btc.base.is_stale = True
    assert world.exchange.book_depth_value(world.btc, world.btc.base.parameters.trade_band) == 0


def test_orders_reopen_as_they_stood(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """Put back from a snapshot they have the same place in the book, slices and lists."""
    world.sell(alice, "3", "20000", iceberg_quantity="1")
    world.sell(bob, "1", "20000")
    world.sell(alice, "1", "19999", client_id="low")
    waiting = world.sell(alice, "1", "18000", kind=5, stop_price="19000")
    world.buy(bob, "1.5", "20000")
    book, stops = world.btc.book, world.btc.stops
    orders, listed = book.orders(), list(alice.orders)
    visible = [order.visible for order in orders]
    forget(world, [*orders, waiting])
    world.exchange.reopen([*orders, waiting])
    world.check()
    assert book.orders() == orders
    assert stops.orders() == [waiting]
    assert [order.visible for order in orders] == visible
    assert list(alice.orders) == listed == sorted(listed)
    assert alice.by_pair["BTCUSDT"].algo_count == 1


def forget(world: World, orders: list[Order]) -> None:
    """Take orders out of books and lists as if the process had ended."""
    for order in orders:
        if order.stop_price:
            world.btc.stops.remove(order)
        else:
            world.btc.book.remove(order)
        order.account.orders.clear()
        order.account.by_client_id.clear()
        order.account.by_pair.clear()
