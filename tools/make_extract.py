"""Cut the price bars that the package ships for `leverline replay` out of a longer file.

    python tools/make_extract.py klines_5m_crash_2025-10-10.csv.gz

Keeps every symbol's bars of the two days from 2025-10-10 on, figures as they are, symbols in order. The same input
gives the same bytes.
"""

import argparse
import gzip
import io
from pathlib import Path

from leverline.bars.series import COLUMNS, read_bars

FIRST = "2025-10-10T00:00:00Z"
END = "2025-10-12T00:00:00Z"
SIZE_MAX = 200_000
TARGET = Path(__file__).resolve().parents[1] / "src/leverline/lab/data/crash_2025-10-10_5m.csv.gz"


def main() -> None:
    """Write the extract and check that it reads."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path)
    source = parser.parse_args().source
    content = packed([",".join(COLUMNS), *extract(source)])
    if len(content) > SIZE_MAX:
        parser.error(f"the extract has {len(content)} bytes, more than {SIZE_MAX}")
    TARGET.write_bytes(content)
    bars = read_bars([TARGET])
    print(f"{TARGET.name}: {len(content)} bytes, {len(bars)} symbols, {sum(map(len, bars.values()))} bars")


def extract(source: Path) -> list[str]:
    """Return the lines of the window, in order of symbol and time."""
    with gzip.open(source, "rt", encoding="utf-8") as stream:
        lines = [line.strip() for line in stream][1:]
    rows = [line.split(",", 2) for line in lines]
    return [",".join(row) for row in sorted(rows) if FIRST <= row[1] < END]


def packed(lines: list[str]) -> bytes:
    """Return the lines as gzip without a name or time in its header."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    return buffer.getvalue()


if __name__ == "__main__":
    main()
