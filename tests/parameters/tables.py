"""Reads and spoils data files in a test's copy of a rule set."""

import csv
import re
from pathlib import Path


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV table."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def find_row(path: Path, key: str) -> int:
    """Return the line number of the row that starts with the cells of `key`, which commas separate."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(f"{key},"):
            return number
    raise AssertionError(f"{path.name} has no row {key}")


def spoil_cell(path: Path, key: str, column: str, value: str) -> int:
    """Put `value` into a cell of the row that starts with `key`, and return the row's line number."""
    rows = read_rows(path)
    columns = list(rows[0])
    row = find_row(path, key)
    rows[row - 2][column] = value
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return row


def spoil_entry(path: Path, section: str, entry: str, value: str) -> int:
    """Put `value` in place of an entry's value in a TOML file, and return the entry's line number."""
    lines = path.read_text(encoding="utf-8").splitlines()
    row = entry_row(path, section, entry)
    lines[row - 1] = re.sub(r'value = "[^"]*"', lambda _: f'value = "{value}"', lines[row - 1])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return row


def entry_row(path: Path, section: str, entry: str) -> int:
    """Return the line number of an entry of a TOML file, or of its section for an empty name."""
    is_inside = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("["):
            is_inside = line == f"[{section}]"
        if is_inside and line.startswith(f"{entry} =" if entry else "["):
            return number
    raise AssertionError(f"no {section}.{entry}")
