"""Nothing in the catalogue is known to have ended, and each asset and pair has a proof that is not too old."""

import csv
import gzip
from datetime import date

import pytest
from tests.parameters.market_data import market_data
from tests.parameters.tables import read_rows
from tools.generate_parameters import SPEC_DATE
from tools.parameters.market import LAST_SEEN_MIN, WITHDRAWN_FILE, modes_of, read_withdrawn, status_of

from leverline.parameters import Measure
from leverline.rulebook.parameters import VenueParameters

BARS_SINCE = "2025-06-14"
"""The bars of an asset reach this day or a later one."""
MARGIN_SINCE = "2024-09-08"
"""A pair of status margin was seen trading on this day or a later one, its flag on when last seen."""
SPEC_SINCE = "2026-08-21"
"""The catalogue that has every pair is of this day or a later one."""


def test_nothing_withdrawn_is_offered(parameters: VenueParameters) -> None:
    """What was delisted, removed from margin or renamed is neither an asset nor a pair."""
    withdrawn = read_withdrawn()
    assert not withdrawn & parameters.assets.keys()
    assert not withdrawn & parameters.pairs.keys()


@pytest.mark.parametrize(
    "symbol",
    [
        *("FIS", "REI", "VOXEL", "BIFI", "FIO", "FUN", "MDT", "OXT", "WAN", "ALCX", "ARDR", "HOT", "THE", "FTT"),
        *("POLUSDC", "PNUTUSDC", "ARKMUSDC", "CKBUSDC", "FILBTC", "AVAXETH", "CHZBTC", "FETBNB", "IOTABTC", "UNIETH"),
        *("UNIFDUSD", "XLMBTC", "XLMFDUSD", "ADAFDUSD", "TRXFDUSD", "NEARFDUSD", "AVAXBNB", "INJBNB", "XLMBNB"),
    ],
)
def test_what_the_notices_name_is_withdrawn(parameters: VenueParameters, symbol: str) -> None:
    """Delistings and removals from margin up to 2026-07."""
    assert symbol in read_withdrawn()
    assert symbol not in parameters.assets | parameters.pairs


def test_a_withdrawal_says_what_when_and_whence() -> None:
    """A row is an asset or a pair, of one day, with a source; none stands twice."""
    rows = read_rows(WITHDRAWN_FILE)
    assert list(rows[0]) == ["symbol", "kind", "since", "reason", "source"]
    assert len({row["symbol"] for row in rows}) == len(rows)
    for row in rows:
        assert row["kind"] in ("asset", "pair"), row
        assert date(2009, 1, 1) < date.fromisoformat(row["since"]) < date(2026, 11, 30), row
        assert row["reason"], row
        assert row["source"], row


def test_every_asset_has_bars_that_are_not_too_old(parameters: VenueParameters) -> None:
    """The daily bars of each asset against USDT reach the stated day."""
    last: dict[str, str] = {}
    with gzip.open(market_data() / "klines_1d_all.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for bar in csv.DictReader(lines):
            last[bar["symbol"]] = max(last.get(bar["symbol"], ""), bar["open_time"])
    for symbol in parameters.assets.keys() - {"USDT"}:
        assert last.get(f"{symbol}USDT", "") >= BARS_SINCE, symbol


def test_every_pair_has_a_proof_that_is_not_too_old(
    parameters: VenueParameters, shipped_status: dict[str, str]
) -> None:
    """Each pair stands in the newest catalogue; one of status margin also in a list that shows its flag on."""
    data = market_data()
    catalogue = {row["symbol"] for row in read_rows(data / "spot_specs_2026-08.csv")}
    flags = {row["symbol"]: row for row in read_rows(data / "pairs.csv")}
    assert SPEC_DATE >= SPEC_SINCE
    assert LAST_SEEN_MIN >= MARGIN_SINCE
    assert parameters.pairs.keys() <= catalogue
    for symbol, status in shipped_status.items():
        if status == "margin":
            assert flags[symbol]["margin_flag_latest"] == "1", symbol
            assert flags[symbol]["last_seen_trading"] >= MARGIN_SINCE, symbol
        assert status != "trading" or symbol.endswith("USDT"), symbol


def test_a_flag_that_went_off_proves_no_margin(shipped_status: dict[str, str]) -> None:
    """CVC and YFI had left margin when last seen, and so had the pairs against USDC."""
    assert [shipped_status[symbol] for symbol in ("CVCUSDT", "YFIUSDT", "USDCUSDT")] == ["trading"] * 3
    assert [shipped_status[symbol] for symbol in ("BTCUSDC", "ETHUSDC", "LTCUSDC", "XRPUSDC")] == ["assumed"] * 4
    assert shipped_status["BTCUSDT"] == "margin"


def flag(latest: str, seen: str, cross: str = "", isolated: str = "", note: str = "") -> dict[str, str]:
    """Return a row of the list of margin pairs."""
    return {
        "margin_any": "1",
        "margin_flag_latest": latest,
        "last_seen_trading": seen,
        "margin_cross": cross,
        "margin_isolated": isolated,
        "margin_note": note,
    }


@pytest.mark.parametrize(
    ("row", "quote", "status"),
    [
        (flag("1", "2024-09-08"), "BTC", "margin"),
        (flag("1", "2024-09-07"), "BTC", "assumed"),
        (flag("0", "2025-06-14"), "USDT", "trading"),
        (flag("", "2025-06-14"), "USDT", "trading"),
        (flag("0", "2024-09-08"), "USDC", "assumed"),
        (None, "USDT", "trading"),
    ],
)
def test_the_latest_flag_decides_the_status(row: dict[str, str] | None, quote: str, status: str) -> None:
    """Bars prove that a pair trades, and only against USDT; only a flag that is on proves margin."""
    assert status_of(row, quote) == status


@pytest.mark.parametrize(
    ("row", "modes", "source"),
    [
        (flag("1", "2025-06-14", "1", "1"), (True, True), "cross and isolated margin-list"),
        (flag("1", "2025-06-14", "1"), (True, True), "cross margin-list, isolated assumed"),
        (flag("1", "2025-06-14", "", "1"), (True, True), "isolated margin-list, cross assumed"),
        (flag("1", "2025-06-14"), (True, True), "cross or isolated margin-list, both assumed"),
        (None, (True, True), "cross and isolated assumed"),
        (
            flag("1", "2025-06-14", "1", "", "cross pair delisted 2023-01 (announcement)"),
            (False, True),
            "not cross margin-list 2023-01, isolated assumed; day approximate",
        ),
        (
            flag("1", "2025-06-14", "", "1", "isolated pair delisted 2023-01 (announcement)"),
            (True, False),
            "not isolated margin-list 2023-01, cross assumed; day approximate",
        ),
    ],
)
def test_modes_are_known_or_said_to_be_assumed(
    row: dict[str, str] | None, modes: tuple[bool, bool], source: str
) -> None:
    """A pair is cross and isolated unless the list knows better, and its source says which it is."""
    found = modes_of(row, "margin" if row else "assumed")
    assert ((found.is_cross, found.is_isolated), found.source) == (modes, source)


def test_a_pair_that_left_cross_margin_is_isolated_only(
    parameters: VenueParameters, measures: dict[str, Measure]
) -> None:
    """AGLD left cross margin in 2023-01: it has an isolated account and is no collateral elsewhere."""
    pair = parameters.pairs["AGLDUSDT"]
    assert (pair.is_cross, pair.is_isolated) == (False, True)
    assert not parameters.assets["AGLD"].is_collateral
    assert "AGLD" in measures
    crossed = {name for pair in parameters.pairs.values() if pair.is_cross for name in (pair.base, pair.quote)}
    assert {symbol for symbol, asset in parameters.assets.items() if asset.is_collateral} == crossed
