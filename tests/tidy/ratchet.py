"""Compares what a rule found with the exceptions that are allowed."""

import tomllib
from pathlib import Path

EXCEPTIONS_FILE = Path(__file__).with_name("exceptions.toml")


def read_exceptions() -> dict[str, dict[str, dict[str, object]]]:
    """Return the exceptions by rule and place."""
    return tomllib.loads(EXCEPTIONS_FILE.read_text(encoding="utf-8"))


def complaints(found: dict[str, int], allowed: dict[str, int], limit: int = 0) -> list[str]:
    """Return a line for each finding that is not allowed and for each exception that is too generous."""
    faults = []
    for place, count in sorted(found.items()):
        if count > max(limit, allowed.get(place, limit)):
            faults.append(f"{place}: {count}, allowed {allowed.get(place, limit)}")
    for place, count in sorted(allowed.items()):
        actual = found.get(place, 0)
        if actual <= limit:
            faults.append(f"{place}: the exception is no longer needed, take it out")
        elif actual < count:
            faults.append(f"{place}: now {actual}, lower the exception from {count}")
    return faults


def hold(rule: str, found: dict[str, int], limit: int = 0) -> None:
    """Fail when `found`, a count for each place, exceeds `limit` unless an exception allows it, or one is idle."""
    entries = read_exceptions().get(rule, {})
    allowed = {place: int(str(entry["count"])) for place, entry in entries.items()}
    faults = complaints(found, allowed, limit)
    assert not faults, f"{rule} ({len(faults)}):\n  " + "\n  ".join(faults)
