"""Market: index prices with their sources, pairs, open orders in order of priority."""

from leverline.engine.state.stream import Sink, Source
from leverline.ledger.ledger import Ledger
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset, SourceQuote
from leverline.market.exchange import Exchange
from leverline.market.index_board import IndexBoard
from leverline.market.order import Order
from leverline.market.pair import Pair


def write_board(sink: Sink, board: IndexBoard) -> None:
    """Write all assets' index state, in catalogue order."""
    sink.put(board.next_due)
    for asset in board.assets.values():
        sink.put(asset.is_stale)
        sink.put_all(
            [
                asset.price, asset.price_held, asset.price_owed, asset.prudent_held, asset.prudent_owed,
                asset.jump_price, asset.jump_time, asset.version, asset.depth_value,
            ]
        )  # fmt: skip
        sink.put_all([value for row in asset.recent for value in row])
        sink.put(len(asset.sources))
        for name, quote in asset.sources.items():
            sink.put(name)
            sink.put_all([quote.price, quote.weight, quote.time])


def read_board(source: Source, board: IndexBoard) -> None:
    """Read all assets' index state."""
    board.next_due = source.integer()
    for asset in board.assets.values():
        _read_asset(source, asset)


def _read_asset(source: Source, asset: Asset) -> None:
    """Read one asset's index state."""
    asset.is_stale = source.truth()
    numbers = source.integers()
    asset.price, asset.price_held, asset.price_owed = numbers[0], numbers[1], numbers[2]
    asset.prudent_held, asset.prudent_owed = numbers[3], numbers[4]
    asset.jump_price, asset.jump_time = numbers[5], numbers[6]
    asset.version, asset.depth_value = numbers[7], numbers[8]
    recent = source.integers()
    asset.recent = [(recent[place], recent[place + 1]) for place in range(0, len(recent), 2)]
    for _ in range(source.integer()):
        name = source.text()
        quote = source.integers()
        asset.sources[name] = SourceQuote(quote[0], quote[1], quote[2])


def write_exchange(sink: Sink, exchange: Exchange) -> None:
    """Write counters, pairs and open orders: books in order of priority, then waiting orders."""
    sink.put(exchange.next_order_id)
    for pair in exchange.pairs.values():
        sink.put(pair.status)
        sink.put_all([pair.last_price, pair.next_trade_id, pair.next_prevented_id])
        orders = pair.book.orders() + pair.stops.orders()
        sink.put(len(orders))
        for order in orders:
            write_order(sink, order)


def write_order(sink: Sink, order: Order) -> None:
    """Write one open order."""
    sink.put(order.account.wallet_id)
    sink.put(order.client_id)
    for truth in (order.is_buy, order.is_repaid_at_cancel, order.is_triggered, order.is_quote, order.is_liquidation):
        sink.put(truth)
    sink.put_all(
        [
            order.order_id, order.kind, order.time_in_force, order.self_trade, order.side_effect, order.price,
            order.quantity, order.quote_quantity, order.stop_price, order.iceberg_quantity, order.visible,
            order.executed, order.executed_quote, order.locked, order.loan, order.status, order.time,
            order.trailing_delta, order.trailing_time, order.trail_reference, _trail_best(order), order.amends,
            order.pair_role, order.prevented,
        ]
    )  # fmt: skip


def _trail_best(order: Order) -> int:
    """Return the best price that a trailing order has seen, 0 while it does not follow the price."""
    return 0 if order.trail is None else order.trail.best


def read_exchange(source: Source, exchange: Exchange, ledger: Ledger) -> None:
    """Read counters, pairs and open orders; every account's orders stand in order of placement again."""
    exchange.next_order_id = source.integer()
    orders: list[Order] = []
    for pair in exchange.pairs.values():
        pair.status = source.integer()
        pair.last_price, pair.next_trade_id, pair.next_prevented_id = source.integers()
        orders.extend([read_order(source, pair, ledger) for _ in range(source.integer())])
    exchange.reopen(orders)


def read_order(source: Source, pair: Pair, ledger: Ledger) -> Order:
    """Read one open order of `pair`."""
    account = ledger.wallet(source.integer())
    assert isinstance(account, TradingAccount), account.wallet_id
    client_id = source.text()
    order = Order(0, account, pair, source.truth())
    order.client_id = client_id
    order.is_repaid_at_cancel = source.truth()
    order.is_triggered = source.truth()
    order.is_quote = source.truth()
    order.is_liquidation = source.truth()
    numbers = source.integers()
    order.order_id, order.kind, order.time_in_force, order.self_trade = numbers[0], numbers[1], numbers[2], numbers[3]
    order.side_effect, order.price, order.quantity = numbers[4], numbers[5], numbers[6]
    order.quote_quantity, order.stop_price, order.iceberg_quantity = numbers[7], numbers[8], numbers[9]
    order.visible, order.executed, order.executed_quote = numbers[10], numbers[11], numbers[12]
    order.locked, order.loan, order.status, order.time = numbers[13], numbers[14], numbers[15], numbers[16]
    order.trailing_delta, order.trailing_time, order.trail_reference = numbers[17], numbers[18], numbers[19]
    order.trail_best, order.amends, order.pair_role = numbers[20], numbers[21], numbers[22]
    order.prevented = numbers[23]
    return order
