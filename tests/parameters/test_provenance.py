"""A source says where a figure comes from, and a day that no source prints is marked as approximate."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.parameters.tables import read_rows
from tools.parameters.market import WITHDRAWN_FILE
from tools.parameters.published import PUBLISHED_FILE

MARK = "; day approximate"
UNDATED = (
    *("binance-api", "binance-page", "binance-faq 7fbadf3c", "binance-faq 4bec9126", "binance-faq 0135c8c0"),
    *("binance-faq 360030493931 2024", "sample", "fixture"),
)
"""Samples of the API, and pages whose texts carry no day."""
SECOND_HAND = ("i-binance", "cryptoflexs", "zb-binance", "moontrader", "cointeeth", "aicoin", "bitparse", "coinstats")
RETELLERS = ("jrkripto", "coinlive", "mexc", "rfq.news", "chaincryptocoins", "onekey", "pinetbox", "theblockbeats")


def sources(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield where each source of a rule set and of the tool's input stands, and its text."""
    for path in [*sorted(folder.glob("*.csv")), WITHDRAWN_FILE, PUBLISHED_FILE]:
        for row in read_rows(path):
            yield f"{path.name} {next(iter(row.values()))}", row["source"]
    for section, entries in tomllib.loads((folder / "rules.toml").read_text(encoding="utf-8")).items():
        for name, entry in entries.items():
            yield f"{section}.{name}", entry["source"]


def test_a_day_that_no_source_prints_is_marked(folder: Path) -> None:
    """One mark, at the end of the source, for undated texts and for those that retell another."""
    marked = 0
    for place, source in sources(folder):
        if any(name in source for name in UNDATED + SECOND_HAND + RETELLERS):
            assert source.endswith(MARK), f"{place}: {source}"
        assert source.count("approximate") == source.endswith(MARK), f"{place}: {source}"
        marked += source.endswith(MARK)
    assert marked > 100


def source_of(folder: Path, file: str, **cells: str) -> tuple[str, str]:
    """Return date and source of the one row of a table that has `cells`."""
    (row,) = [row for row in read_rows(folder / file) if cells.items() <= row.items()]
    return row["as_of"], row["source"]


def test_published_tiers_of_btc_name_their_own_day(folder: Path) -> None:
    """The row's day is that of the grid; the tiers are of 2023-06-07, and those of BTCUSDC undated."""
    assert "tiers binance-notice c19042ba 2023-06-07;" in source_of(folder, "pairs.csv", symbol="BTCUSDT")[1]
    assert "tiers binance-faq 7fbadf3c 2024-06-01;" in source_of(folder, "pairs.csv", symbol="BTCUSDC")[1]
    assert source_of(folder, "pairs.csv", symbol="BTCUSDC")[1].endswith(MARK)


def test_tiers_of_the_worst_ranks_name_the_notice_that_prints_them(folder: Path) -> None:
    """The notice of 2026-01-12 has the tables of ranks 8, 9 and 10, as that of 2025-07-25 had."""
    for rank in ("8", "9", "10"):
        as_of, source = source_of(folder, "collateral_tiers.csv", rank=rank, tier="1")
        assert as_of == "2026-01-12"
        assert "square 34794099555554" in source
        assert "2025-07-25 by square 27099280127425" in source


def test_brackets_with_published_rates_name_the_example(folder: Path) -> None:
    """The rates of 10x, 8x and 6x are those of the worked example P1, the others our own."""
    for row in read_rows(folder / "pro_brackets.csv"):
        assert ("(P1)" in row["source"]) == (row["leverage"] in ("10", "8", "6")), row


def test_what_is_assumed_is_said(folder: Path) -> None:
    """Every pair says how its modes are known, every asset why it is collateral."""
    for row in read_rows(folder / "pairs.csv"):
        assert "margin-list" in row["source"] or "cross and isolated assumed" in row["source"], row
        assert row["status"] != "margin" or "margin-list" in row["source"], row
    for row in read_rows(folder / "assets.csv"):
        assert "collateral" in row["source"], row
