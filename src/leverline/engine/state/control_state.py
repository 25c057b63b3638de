"""What operators have stopped: paused products, the stop of all trading, excluded index sources."""

from leverline.engine.core import Core
from leverline.engine.state.stream import Sink, Source
from leverline.liquidation.pauses import PRODUCTS


def write_control(sink: Sink, core: Core) -> None:
    """Write pauses, the stop with the statuses to put back, and exclusions in the order they were made."""
    pauses, stop = core.liquidator.pauses, core.trading_stop
    for product in PRODUCTS:
        sink.put(pauses.by_hand[product])
        sink.put(pauses.since[product])
    sink.put(stop.is_stopped)
    sink.put(len(stop.statuses))
    for symbol, status in stop.statuses.items():
        sink.put(symbol)
        sink.put(status)
    for listed in [core.board.excluded] + [asset.excluded for asset in core.board.assets.values()]:
        sink.put(len(listed))
        for name in listed:
            sink.put(name)


def read_control(source: Source, core: Core) -> None:
    """Read the same; what the stop does to borrowing and liquidation follows from it."""
    pauses, stop = core.liquidator.pauses, core.trading_stop
    for product in PRODUCTS:
        pauses.by_hand[product] = source.truth()
        pauses.since[product] = source.integer()
    stop.is_stopped = source.truth()
    pauses.with_trading = stop.is_stopped
    core.desk.is_stopped_with_trading = stop.is_stopped
    for _ in range(source.integer()):
        symbol = source.text()
        stop.statuses[symbol] = source.integer()
    core.board.excluded = [source.text() for _ in range(source.integer())]
    for asset in core.board.assets.values():
        asset.excluded = [source.text() for _ in range(source.integer())]
