"""The shipped rule set has the assets, pairs and figures that a venue needs, each with a date and a source."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from tests.parameters.tables import read_rows

from leverline.kernel.numbers import RATIO_ONE
from leverline.parameters import Measure, load_parameters
from leverline.rulebook.parameters import VenueParameters

MAJORS = [
    *("BTC", "ETH", "BNB", "SOL", "XRP", "ADA", "DOGE", "AVAX", "DOT", "LINK", "LTC", "TRX"),
    *("POL", "TON", "SUI", "SHIB", "PEPE", "UNI", "AAVE", "ATOM", "ETC", "BCH", "XLM"),
]
QUOTES = {"USDT", "USDC", "FDUSD", "USD1", "BTC", "ETH", "BNB", "SOL", "DOGE"}
WOUND_DOWN = {"BUSD", "TUSD", "PAX", "USDP", "UST", "USDS", "FTM", "LIT", "EOS", "LUNAUP", "BTCDOWN"}
REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "parameters.md"
DATA_SIZE_MAX = 1_500_000


def test_there_are_seven_hundred_pairs_over_three_hundred_assets(parameters: VenueParameters) -> None:
    """The venue is as wide as the field's."""
    assert len(parameters.pairs) >= 700
    assert len(parameters.assets) > 300


def test_the_reference_counts_the_catalogue(parameters: VenueParameters, shipped_status: dict[str, str]) -> None:
    """The page on parameters states how many pairs and assets there are, and how many pairs of each status."""
    page = " ".join(REFERENCE.read_text(encoding="utf-8").split())
    assert f"has {len(parameters.pairs)} pairs over {len(parameters.assets)} assets" in page
    margin, trading, assumed = (list(shipped_status.values()).count(kind) for kind in ("margin", "trading", "assumed"))
    assert f"There are {margin} of the first, {trading} of the second, {assumed} of the third." in page


@pytest.mark.parametrize("asset", MAJORS)
def test_every_major_trades_against_usdt(parameters: VenueParameters, asset: str) -> None:
    """Nobody misses a coin that they know."""
    assert f"{asset}USDT" in parameters.pairs


@pytest.mark.parametrize(
    "symbol", ["ETHBTC", "BNBBTC", "SOLBTC", "BNBETH", "BTCUSDC", "ETHUSDC", "BTCFDUSD", "USDCUSDT"]
)
def test_the_great_crosses_are_there(parameters: VenueParameters, symbol: str) -> None:
    """Other quotes than USDT are served."""
    assert symbol in parameters.pairs


def test_every_asset_reaches_usdt_in_one_step(parameters: VenueParameters) -> None:
    """A liquidation finds a way from any asset to any other through USDT."""
    for symbol in parameters.assets:
        assert symbol == "USDT" or f"{symbol}USDT" in parameters.pairs, symbol


def test_nothing_wound_down_is_offered(parameters: VenueParameters) -> None:
    """Stablecoins and coins that have ended are neither assets nor quotes."""
    assert not WOUND_DOWN & parameters.assets.keys()
    assert {pair.quote for pair in parameters.pairs.values()} == QUOTES


def test_every_lent_asset_has_brackets_limits_and_a_pool(parameters: VenueParameters) -> None:
    """What is borrowable can be borrowed in every mode and at every VIP level."""
    lent = [asset for asset in parameters.assets.values() if asset.is_borrowable]
    assert len(lent) > 300
    for asset in lent:
        assert asset.pro_brackets, asset.symbol
        assert len(asset.borrow_limits) == 10, asset.symbol
        assert asset.borrow_limits[0] >= asset.borrow_min, asset.symbol
        assert asset.pool_supply > asset.borrow_limits[0], asset.symbol


def test_every_pair_has_the_tiers_of_its_family(parameters: VenueParameters) -> None:
    """Tier n lends n units of base and of quote."""
    for pair in parameters.pairs.values():
        first = pair.isolated_tiers[0]
        assert len(pair.isolated_tiers) == {3: 5, 5: 5, 10: 10}[pair.family.leverage]
        for number, tier in enumerate(pair.isolated_tiers, start=1):
            assert (tier.base_limit, tier.quote_limit) == (number * first.base_limit, number * first.quote_limit)


def test_a_minimum_loan_can_be_closed_and_bears_interest(
    parameters: VenueParameters, measures: dict[str, Measure]
) -> None:
    """Rule 8.3 holds for every asset and each of its pairs."""
    for asset in parameters.assets.values():
        assert asset.borrow_min * asset.rate_curve.rate_base >= RATIO_ONE, asset.symbol
    for pair in parameters.pairs.values():
        notional = pair.notional_min * measures[pair.quote].price
        for symbol in (pair.base, pair.quote):
            worth = parameters.assets[symbol].borrow_min * measures[symbol].price
            assert worth >= 2 * notional, f"{symbol} in {pair.symbol}"


def test_a_sandbox_needs_one_index_source_and_production_three(parameters: VenueParameters) -> None:
    """Rule 2.1."""
    production = load_parameters(sandbox=False)
    assert {asset.index_sources_min for asset in parameters.assets.values()} == {1}
    assert {asset.index_sources_min for asset in production.assets.values()} == {3}


def test_two_loads_share_nothing(parameters: VenueParameters) -> None:
    """Who changes one venue's parameters does not change another's."""
    other = load_parameters()
    assert other == parameters
    other.assets["BTC"].borrow_min = 1
    other.pairs["BTCUSDT"].orders_max = 1
    assert parameters.assets["BTC"].borrow_min != 1
    assert parameters.pairs["BTCUSDT"].orders_max != 1


def test_every_figure_has_a_date_and_a_source(folder: Path) -> None:
    """Each row of each table, and each entry of the rules, says when and whence."""
    for path in sorted(folder.glob("*.csv")):
        for row in read_rows(path):
            assert date.fromisoformat(row["as_of"]) <= date(2026, 11, 30), f"{path.name}: {row}"
            assert row["source"], f"{path.name}: {row}"
    rules = tomllib.loads((folder / "rules.toml").read_text(encoding="utf-8"))
    for section, entries in rules.items():
        for name, entry in entries.items():
            assert set(entry) == {"value", "as_of", "source"}, f"{section}.{name}"


def test_the_data_is_compact_and_without_floats(folder: Path) -> None:
    """All files together stay small, and no cell is written with an exponent."""
    assert sum(path.stat().st_size for path in folder.iterdir()) < DATA_SIZE_MAX
    for path in folder.glob("*.csv"):
        for row in read_rows(path):
            figures = [text for name, text in row.items() if name not in ("source", "name", "symbol", "base", "quote")]
            assert not any("e-" in text or "E-" in text for text in figures), f"{path.name}: {row}"
