"""Where the collected market data lies, on machines that have it."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def market_data() -> Path:
    """Return the folder of collected data, or skip the test: the repository ships only what is derived from it."""
    folder = Path(os.environ.get("LEVERLINE_MARKET_DATA", CHECKOUT.parent / "shared" / "data"))
    if not (folder / "klines_1d_all.csv.gz").is_file():
        pytest.skip("the collected market data is not here (LEVERLINE_MARKET_DATA names its folder)")
    return folder
