"""What the sandbox's documents say: funds, prices, spans of time, read from JSON with faults that name the member."""

import re
from collections.abc import Mapping
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.errors import WireError
from leverline.kernel.decimals import AMOUNT_DECIMALS, RATIO_DECIMALS, DecimalError, parse_decimal
from leverline.kernel.numbers import AMOUNT_MAX, RATIO_ONE
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND

SPAN_UNITS: Final = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
SPAN_MAX: Final = 366 * DAY
MOVE_LEAST: Final = -999 * RATIO_ONE // 1_000
"""A relative move leaves a thousandth of the price at least."""
MOVE_MOST: Final = 1_000 * RATIO_ONE
_SPAN: Final = re.compile(r"(\d{1,9})([dhms])")
_WHOLE_SPAN: Final = re.compile(r"(\d{1,9}[dhms])+")


def wrong(member: str, why: str) -> WireError:
    """Return the error for a member of a document."""
    return WireError(-1130, f"Data sent for parameter '{member}' is not valid: {why}.")


def document(call: Call) -> dict[str, Any]:
    """Return the JSON object that the call bears; raises -1135 if there is none."""
    if call.request.document is None:
        raise WireError(-1135, "Invalid JSON Request")
    found: dict[str, Any] = call.request.document
    return found


def user_id_of(call: Call, found: Mapping[str, Any]) -> int:
    """Return the user that a document names by id, or by one of his API keys."""
    key = call.services.identity.key(found["apiKey"]) if isinstance(found.get("apiKey"), str) else None
    user_id = key.user_id if key is not None else found.get("userId")
    if type(user_id) is not int or user_id not in call.core.users:
        raise wrong("userId", "no such user; name him by userId or apiKey")
    return user_id


def amounts(call: Call, member: str, found: Any, is_zero_allowed: bool = False) -> dict[str, int]:
    """Return amounts of 10⁻⁸ by asset from {"USDT": "10000"}."""
    if not isinstance(found, dict):
        raise wrong(member, "an object of asset and amount is needed")
    known = call.core.board.assets
    for asset in found:
        if asset not in known:
            raise wrong(member, f"asset {asset!r} is not in the catalogue")
    return {asset: amount(f"{member}.{asset}", value, is_zero_allowed) for asset, value in found.items()}


def amount(member: str, value: Any, is_zero_allowed: bool = False) -> int:
    """Return an amount of 10⁻⁸ from text or a whole number."""
    units = number(member, value, AMOUNT_DECIMALS)
    if units < 0 or (units == 0 and not is_zero_allowed) or units > AMOUNT_MAX:
        raise wrong(member, "an amount above zero is needed")
    return units


def number(member: str, value: Any, decimals: int) -> int:
    """Return a decimal number of 10⁻`decimals` from text or a whole number; a float has lost what was meant."""
    if type(value) is int:
        value = str(value)
    if not isinstance(value, str):
        raise wrong(member, "a decimal number as text is needed")
    try:
        return parse_decimal(value, decimals)
    except DecimalError as fault:
        raise wrong(member, str(fault)) from fault


def move(member: str, text: str) -> int:
    """Return a relative move of 10⁻¹² from "-20%" or "+3.5%"."""
    found = number(member, text.removesuffix("%"), RATIO_DECIMALS - 2)
    if not MOVE_LEAST <= found <= MOVE_MOST:
        raise wrong(member, "a move between -99.9% and +100000% is needed")
    return found


def span(member: str, value: Any) -> int:
    """Return microseconds from "24h", "1h30m" or a whole number of seconds."""
    if type(value) is int:
        value = f"{value}s"
    if not isinstance(value, str) or not _WHOLE_SPAN.fullmatch(value):
        raise wrong(member, "a span such as 24h, 90m or 1h30m is needed")
    total = sum(int(count) * SPAN_UNITS[unit] for count, unit in _SPAN.findall(value))
    if not 0 < total <= SPAN_MAX:
        raise wrong(member, "a span of up to 366 days is needed")
    return total
