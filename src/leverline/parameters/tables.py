"""CSV tables of a rule set: strict columns, and rows that know where they stand."""

import csv
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from leverline.parameters.cells import CellError, read_amount, read_count, read_date, read_flag, read_ratio
from leverline.parameters.faults import ParameterFault, Place
from leverline.rulebook.domains import COUNT, RATIO, size_fault

_Value = TypeVar("_Value")

PROVENANCE: Final = ("as_of", "source")
"""Columns that end every table: the date of the figures and where they come from."""


class Folder(Protocol):
    """Where the files of one rule set lie: a directory on disk or inside the package."""

    def joinpath(self, child: str, /) -> "Folder":
        """Return the entry named `child`."""

    def is_dir(self) -> bool:
        """Tell whether this is a directory."""

    def is_file(self) -> bool:
        """Tell whether this is a file."""

    def read_text(self, encoding: str) -> str:
        """Return the text of this file."""


class Row(Place):
    """One row of a table; its readers raise ParameterFault naming the file, the row and the column."""

    def __init__(self, file: str, line: int, cells: dict[str, str]) -> None:
        super().__init__(file, line)
        self.cells = cells

    def text(self, column: str) -> str:
        """Return the text of `column`, which must not be empty."""
        cell = self.cells[column]
        self.require(cell != "", f"{column} is empty")
        return cell

    def amount(self, column: str) -> int:
        """Return the amount, book price or value (10⁻⁸) in `column`."""
        return self._read(column, read_amount)

    def ratio(self, column: str) -> int:
        """Return the ratio or rate (10⁻¹²) in `column`."""
        return self._sized(column, RATIO, self._read(column, read_ratio))

    def price(self, column: str) -> int:
        """Return the index price (10⁻¹²) in `column`."""
        return self._read(column, read_ratio)

    def count(self, column: str) -> int:
        """Return the whole number in `column`."""
        return self._sized(column, COUNT, self._read(column, read_count))

    def flag(self, column: str) -> bool:
        """Return the yes or no in `column`."""
        return self._read(column, read_flag)

    def require_provenance(self) -> None:
        """Raise ParameterFault unless the row has a date and a source."""
        self._read("as_of", read_date)
        self.text("source")

    def _sized(self, column: str, unit: str, value: int) -> int:
        """Return `value` unless it is more than any figure of its unit may be."""
        fault = size_fault(unit, value)
        self.require(not fault, f"{column} {fault}")
        return value

    def _read(self, column: str, reader: Callable[[str], _Value]) -> _Value:
        try:
            return reader(self.cells[column])
        except CellError as error:
            raise self.fault(f"{column} is {error}") from None


def read_text(folder: Folder, file: str) -> str:
    """Return the text of `file` in `folder`. Raises ParameterFault if it is missing or is not UTF-8.

    A byte order mark, which spreadsheets write, is skipped.
    """
    try:
        return folder.joinpath(file).read_text(encoding="utf-8-sig")
    except OSError:
        raise ParameterFault(file, 0, "the file is missing or cannot be read") from None
    except UnicodeDecodeError:
        raise ParameterFault(file, 0, "the file is not UTF-8 text") from None


def read_table(folder: Folder, file: str, columns: Sequence[str], key: Sequence[str]) -> list[Row]:
    """Return the rows of a CSV `file` that has exactly `columns` and the provenance, no two with the same `key`.

    Raises ParameterFault for a missing file, an unknown or missing column, a ragged or duplicate row, or a row without
    date and source.
    """
    rows = _parse(file, read_text(folder, file), (*columns, *PROVENANCE))
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        row.require_provenance()
        name = tuple(row.text(column) for column in key)
        first = seen.setdefault(name, row.line)
        row.require(first == row.line, f"duplicate of row {first}: {' '.join(name)}")
    return rows


def _parse(file: str, text: str, columns: tuple[str, ...]) -> list[Row]:
    reader = csv.reader(text.splitlines(), strict=True)
    rows: list[Row] = []
    try:
        _require_header(file, next(reader, []), columns)
        for cells in reader:
            place = Place(file, reader.line_num)
            place.require(len(cells) == len(columns), f"{len(cells)} cells where {len(columns)} are expected")
            rows.append(Row(file, reader.line_num, dict(zip(columns, cells, strict=True))))
    except csv.Error as error:
        raise ParameterFault(file, reader.line_num, f"not CSV: {error}") from None
    if not rows:
        raise ParameterFault(file, 1, "the table has no rows")
    return rows


def _require_header(file: str, header: list[str], columns: tuple[str, ...]) -> None:
    place = Place(file, 1)
    for name in header:
        place.require(name in columns, f"unknown column {name!r}")
    for name in columns:
        place.require(name in header, f"missing column {name!r}")
    place.require(header == list(columns), f"columns must stand in the order {','.join(columns)}")
