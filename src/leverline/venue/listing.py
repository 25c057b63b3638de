"""`leverline journal`: the commands of a journal for people, or as JSON for programs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from leverline.kernel.decimals import AMOUNT_DECIMALS, RATIO_DECIMALS, format_plain
from leverline.venue.reading import FolderReader
from leverline.venue.records import decode_fields

_AMOUNTS: Final = frozenset({"amount", "quantity", "price", "quote_quantity", "stop_price", "iceberg_quantity"})
_ROWS: Final[dict[str, tuple[int, ...]]] = {
    "bids": (AMOUNT_DECIMALS, AMOUNT_DECIMALS),
    "asks": (AMOUNT_DECIMALS, AMOUNT_DECIMALS),
    "prices": (-1, RATIO_DECIMALS, -1),
}
"""Decimals of each item of a row; -1 for what stands as it is."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def journal_lines(path: Path, first: int | None, limit: int | None, is_json: bool) -> Iterator[str]:
    """Yield a line for each record from `first` on, or from the oldest.

    Amounts and prices are decimals; fields with their default value are left out, as in the journal. Raises
    NothingThere, JournalFault, CommandFault.
    """
    reader = FolderReader(path)
    begin = reader.first if first is None else first
    for sequence, body in islice(reader.records(begin), limit):
        time, fields = decode_fields(body)
        yield (_json_line if is_json else _line)(sequence, time, shown_fields(fields))


def shown_fields(record: dict[str, Any]) -> dict[str, Any]:
    """Return a command's dictionary with amounts, prices and ratios as decimal texts, its name first."""
    name = record["command"]
    rest = {key: _shown(name, key, value) for key, value in record.items() if key != "command"}
    return {"command": name, **rest}


def utc_text(time: int) -> str:
    """Return venue time, microseconds, as ISO 8601 in UTC."""
    return (_EPOCH + timedelta(microseconds=time)).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _shown(command: str, name: str, value: Any) -> Any:
    """Return a field's value in its unit."""
    if isinstance(value, dict):
        return shown_fields(value)
    if name in _ROWS:
        return [[_item(item, places) for item, places in zip(row, _ROWS[name], strict=True)] for row in value]
    if name in _AMOUNTS:
        return format_plain(value)
    if (command, name) == ("SetIsolatedTier", "leverage"):
        return format_plain(value, RATIO_DECIMALS)
    return value


def _item(item: Any, places: int) -> Any:
    """Return an item of a row."""
    return item if places < 0 else format_plain(item, places)


def _json_line(sequence: int, time: int, fields: dict[str, Any]) -> str:
    """Return a record as one JSON object."""
    return json.dumps({"sequence": sequence, "time": time, "utc": utc_text(time), **fields})


def _line(sequence: int, time: int, fields: dict[str, Any]) -> str:
    """Return a record as a line of text."""
    return f"{sequence:>10}  {utc_text(time)}  {_words(fields)}"


def _words(fields: dict[str, Any]) -> str:
    """Return a command with its fields as `Name field=value …`."""
    parts = [f"{name}={_word(value)}" for name, value in fields.items() if name != "command"]
    return " ".join([fields["command"], *parts])


def _word(value: Any) -> str:
    """Return a value in a line of text."""
    if isinstance(value, dict):
        return f"({_words(value)})"
    if isinstance(value, list):
        return ",".join(
            "@".join(map(str, reversed(row))) if len(row) == 2 else ":".join(map(str, row)) for row in value
        )
    return json.dumps(value) if isinstance(value, bool) or value == "" else str(value)
