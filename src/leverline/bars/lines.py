"""The lines of a data file, plain or packed, decoded one by one: whatever is wrong is known by its line."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from leverline.bars.faults import BarFault

LINE_MAX: Final = 1 << 16
"""Bytes that a line may have: a file without line ends is no file of bars."""
_GZIP_MAGIC: Final = b"\x1f\x8b"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@contextmanager
def open_lines(file: Path) -> Iterator[Iterator[str]]:
    """Open `file` and give its lines, with their ends, as text; gzip is known by its content. Raises BarFault."""
    try:
        with file.open("rb") as raw:
            is_packed = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            if file.suffix == ".gz" and not is_packed:
                raise BarFault(str(file), 0, "not a gzip file, or an empty one")
            if not is_packed:
                yield _decoded(file, raw)
                return
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield _decoded(file, cast("IO[bytes]", unpacked))
    except OSError as fault:
        raise BarFault(str(file), 0, fault.strerror or str(fault)) from fault


def _decoded(file: Path, stream: IO[bytes]) -> Iterator[str]:
    """Yield the lines; what fails while reading one is a fault of that line."""
    number = 0
    try:
        while line := stream.readline(LINE_MAX):
            number += 1
            if len(line) == LINE_MAX:
                raise BarFault(str(file), number, f"a line of {LINE_MAX} bytes or more")
            yield (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).decode("utf-8")
    except EOFError as fault:
        raise BarFault(str(file), number + 1, "the gzip file is cut off") from fault
    except (gzip.BadGzipFile, zlib.error) as fault:
        raise BarFault(str(file), number + 1, f"the gzip file is damaged: {fault}") from fault
    except UnicodeDecodeError as fault:
        raise BarFault(str(file), number, "not UTF-8 text") from fault
