"""Rows of a table as a Parquet file."""

from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from leverline.bootstrap import StartFault
from leverline.history.store.columns import Unit
from leverline.kernel.decimals import AMOUNT_DECIMALS, RATIO_DECIMALS, format_decimal

DIGITS: Final = 38
DECIMALS: Final = {Unit.AMOUNT: AMOUNT_DECIMALS, Unit.RATIO: RATIO_DECIMALS}


class ParquetFile:
    """Takes rows a few thousand at a time. Amounts and ratios are decimals of 38 digits, times UTC timestamps.

    Raises StartFault without the library, and for a file that cannot be written.
    """

    def __init__(self, path: Path, units: dict[str, Unit]) -> None:
        try:
            pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
        except ImportError as fault:
            raise StartFault("Parquet needs pyarrow: pip install 'leverline[parquet]', or export CSV") from fault
        self.units: dict[str, Unit] = units
        self._table: Any = pyarrow.Table
        self._schema: Any = pyarrow.schema([(name, _type(pyarrow, unit)) for name, unit in units.items()])
        try:
            self._writer: Any = parquet.ParquetWriter(str(path), self._schema)
        except OSError as fault:
            raise StartFault(f"{path} cannot be written: {fault.strerror or fault}") from fault

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file."""
        self._writer.close()

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Append rows."""
        columns = {name: [_value(unit, row[name]) for row in rows] for name, unit in self.units.items()}
        self._writer.write_table(self._table.from_pydict(columns, schema=self._schema))


def _type(library: Any, unit: Unit) -> Any:
    """Return the type of a column."""
    if unit in DECIMALS:
        return library.decimal128(DIGITS, DECIMALS[unit])
    plain = {Unit.TRUTH: library.bool_(), Unit.NUMBER: library.int64(), Unit.TEXT: library.string()}
    return library.timestamp("us", tz="UTC") if unit is Unit.TIME else plain[unit]


def _value(unit: Unit, value: Any) -> Any:
    """Return a value as the library takes it."""
    if unit in DECIMALS:
        return Decimal(format_decimal(value, DECIMALS[unit]))
    return value or None if unit is Unit.TIME else value
