"""Plain computations over all trades ever, to compare history's with."""

from datetime import UTC, datetime

from leverline.history.candle import Candle
from leverline.history.trades import MarketTrade
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.market.events import Trade

SIZES = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


def begins(interval: str, time: int, offset: int = 0) -> int:
    """Return when the candle that holds `time` begins."""
    if interval == "1M":
        day = datetime.fromtimestamp((time + offset) // SECOND, UTC)
        return int(day.replace(day=1, hour=0, minute=0, second=0).timestamp()) * SECOND - offset
    size = int(interval[:-1]) * SIZES[interval[-1]]
    monday = 4 * DAY if interval == "1w" else 0
    return (time + offset - monday) // size * size + monday - offset


def candles(trades: list[Trade], interval: str, offset: int = 0) -> dict[int, Candle]:
    """Return beginning → candle of all that have trades."""
    found: dict[int, list[Trade]] = {}
    for trade in trades:
        found.setdefault(begins(interval, trade.time, offset), []).append(trade)
    return {time: candle(time, group) for time, group in found.items()}


def candle(time: int, trades: list[Trade]) -> Candle:
    """Return the candle of some trades."""
    prices = [trade.price for trade in trades]
    bought = [trade for trade in trades if not trade.is_buyer_maker]
    return Candle(
        time, prices[0], max(prices), min(prices), prices[-1],
        sum(trade.quantity for trade in trades), sum(trade.quote_amount for trade in trades),
        sum(trade.quantity for trade in bought), sum(trade.quote_amount for trade in bought),
        len(trades), trades[0].trade_id, trades[-1].trade_id,
    )  # fmt: skip


def market_trade(trade: Trade) -> MarketTrade:
    """Return a trade as everybody sees it."""
    return MarketTrade(
        trade.trade_id, trade.time, trade.price, trade.quantity, trade.quote_amount, trade.is_buyer_maker
    )
