"""Candles."""

import re
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.errors import WireError, invalid
from leverline.api.parameters import described, optional, required, symbol, whole, word_of
from leverline.api.time_window import WINDOW
from leverline.history.candle import Candle
from leverline.history.intervals import INTERVALS, Interval
from leverline.kernel.decimals import format_amount
from leverline.kernel.time import HOUR, MILLISECOND, MINUTE

table = Table()
TAG: Final = "Market data"
ZONE_WEST: Final = -12 * HOUR
ZONE_EAST: Final = 14 * HOUR
_ZONE: Final = re.compile(r"^([+-]?)([0-9]{1,2})(?::([0-5][0-9]))?$")


def time_zone(name: str, value: str) -> int:
    """Parse a time zone from -12:00 to +14:00, hours alone or with minutes, into microseconds east of UTC."""
    found = _ZONE.fullmatch(value.strip())
    if found is None:
        raise invalid(name)
    sign, hours, minutes = found.groups()
    offset = (int(hours) * HOUR + int(minutes or 0) * MINUTE) * (-1 if sign == "-" else 1)
    if not ZONE_WEST <= offset <= ZONE_EAST:
        raise invalid(name)
    return offset


described(time_zone, {"type": "string", "pattern": "^([+-]?)([0-9]{1,2})(:[0-5][0-9])?$"})

interval: Final = word_of({word: word for word in INTERVALS}, lambda: WireError(-1120, "Invalid interval."))
ZONE: Final = optional("timeZone", time_zone, 0)
KLINES: Final = (
    required("symbol", symbol), required("interval", interval), *WINDOW, ZONE,
    optional("limit", whole(1, 1_000, is_cut=True), 500),
)  # fmt: skip


@table.add("GET", "/api/v3/klines", *KLINES, weight=2, ws="klines", tag=TAG)
async def klines(call: Call) -> list[list[Any]]:
    """Return candles, oldest first."""
    return await _candles(call)


@table.add("GET", "/api/v3/uiKlines", *KLINES, weight=2, ws="uiKlines", tag=TAG)
async def ui_klines(call: Call) -> list[list[Any]]:
    """Return candles for display, which are the same."""
    return await _candles(call)


async def _candles(call: Call) -> list[list[Any]]:
    """Return the candles asked for: the first from a start time on, else the last ones."""
    shape, offset, now = INTERVALS[call["interval"]], call["timeZone"], call.now()
    pair, since = call.pair().symbol, call["startTime"]
    if since is not None and since > now:
        return []
    found = await call.services.past.candles.query(pair, shape.name, now, since, call["endTime"], call["limit"], offset)
    return [shown_candle(call, candle, shape, offset) for candle in found]


def shown_candle(call: Call, candle: Candle, shape: Interval, offset: int) -> list[Any]:
    """Return a candle. It closes a unit of time before the next one opens."""
    unit = 1 if call.is_microseconds else MILLISECOND
    following = shape.start(shape.number(candle.time, offset) + 1, offset)
    return [
        call.stamp(candle.time),
        format_amount(candle.open),
        format_amount(candle.high),
        format_amount(candle.low),
        format_amount(candle.close),
        format_amount(candle.volume),
        call.stamp(following - unit),
        format_amount(candle.quote_volume),
        candle.count,
        format_amount(candle.taker_base),
        format_amount(candle.taker_quote),
        "0",
    ]
