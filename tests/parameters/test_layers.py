"""A rule set that states only in what it differs from its base, and the shipped one that does, 2026-06."""

import tomllib
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from tests.parameters.tables import read_rows

from leverline.config import SettingsFault, load_settings
from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.parameters import ParameterFault, load_measures, load_parameters, load_scheme, rule_sets
from leverline.rulebook.parameters import CollateralTier, Regime, VenueParameters

BORROW = ("0.9999", "0.95", "0.9", "0.9", "0.8", "0.6", "0.5", "0.4", "0.2", "0.1")
"""By rank; the last is our own."""


@pytest.fixture(scope="module")
def newer() -> VenueParameters:
    """The rule set 2026-06."""
    return load_parameters("2026-06")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A set of its own over 2025, without any change yet."""
    (tmp_path / "base.toml").write_text('base = "2025"\n', encoding="utf-8")
    return tmp_path


def fault_of(folder: Path) -> str:
    with pytest.raises(ParameterFault) as caught:
        load_parameters(folder=folder)
    return str(caught.value)


def test_the_newer_set_is_the_older_one_but_for_regime_and_further_tables(newer: VenueParameters) -> None:
    """Bands, tiers, limits, pairs, fees: all as in 2025."""
    older = load_parameters()
    assert newer.regime == Regime(True, False, "USDC") and older.regime == Regime(False, True, "")
    plain = {symbol: replace(asset, borrow_tiers=(), transfer_tiers=()) for symbol, asset in newer.assets.items()}
    assert replace(newer, rule_set="2025", assets=plain, regime=older.regime) == older
    assert load_measures("2026-06") == load_measures()


def test_published_borrow_and_transfer_ratios_hold_from_the_first_unit(newer: VenueParameters) -> None:
    """One slice up to 100 billion for each rank, by the notice of 2026-01-21; the scheme gives them to new assets."""
    tables = load_scheme("2026-06").tables
    for asset in newer.assets.values():
        tier = CollateralTier(parse_amount("100000000000"), parse_ratio(BORROW[asset.rank - 1]))
        assert asset.borrow_tiers == asset.transfer_tiers == (tier,) == tables.borrow[asset.rank]


def test_each_figure_has_a_source() -> None:
    """Own or published; days that no source prints are marked."""
    with as_file(files("leverline.parameters").joinpath("data", "2026-06")) as folder:
        rows = [row for name in ("borrow_tiers.csv", "transfer_tiers.csv") for row in read_rows(folder / name)]
        entries = tomllib.loads((folder / "rule_changes.toml").read_text(encoding="utf-8"))["regime"]
    sources = [row["source"] for row in rows] + [entry["source"] for entry in entries.values()]
    assert len(sources) == 23
    for source in sources:
        assert source.startswith(("own: ", "square ", "binance-"))
        assert source.startswith("binance-api") == source.endswith("; day approximate")


@pytest.mark.parametrize("name", rule_sets())
def test_the_settings_offer_the_shipped_sets(name: str) -> None:
    """A set that is shipped can be run."""
    assert load_settings(None, {"LEVERLINE_RULES": name}, {}).rules == name


def test_the_settings_offer_no_other_set() -> None:
    """Another one is named, and those that there are."""
    with pytest.raises(SettingsFault, match="rules '2024' is none of 2025, 2026-06"):
        load_settings(None, {"LEVERLINE_RULES": "2024"}, {})


def test_a_set_without_changes_is_its_base(own: Path) -> None:
    """It has its own name for nothing but itself."""
    assert load_parameters(folder=own) == load_parameters()


def test_a_changed_figure_and_a_changed_file_stand_before_those_of_the_base(own: Path) -> None:
    """One entry of a section, the rest of it from the base; a whole table."""
    (own / "rule_changes.toml").write_text(
        '[pro]\nstop_level = { value = "1.9", as_of = 2026-06-01, source = "own" }\n', encoding="utf-8"
    )
    (own / "classic_bands.csv").write_text(
        "leverage,initial_ratio,transfer_ratio,margin_call_ratio,liquidation_ratio,stop_ratio,as_of,source\n"
        "3,1.5,2,1.3,1.1,1.6,2026-06-01,own\n5,1.25,2,1.16,1.1,1.3,2026-06-01,own\n",
        encoding="utf-8",
    )
    found, base = load_parameters(folder=own), load_parameters()
    assert found.pro == replace(base.pro, stop_level=parse_ratio("1.9"))
    assert found.classic[5].stop_ratio == parse_ratio("1.3")
    assert found.assets == base.assets


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("base.toml", 'base = "2031"\n', "no rule set '2031'"),
        ("base.toml", 'base = "2025"\nmood = 1\n', "base.toml, row 0: must have one line"),
        ("base.toml", "base = 2025\n", "base.toml, row 0: must have one line"),
        ("base.toml", "base\n", "base.toml, row 0: not TOML"),
        ("rule_changes.toml", "[pro\n", "rule_changes.toml, row 1: not TOML"),
        (
            "rule_changes.toml",
            '\n[pro]\nmoon = { value = "1", as_of = 2026-06-01, source = "own" }\n',
            "rule_changes.toml, row 3: unknown entry pro.moon",
        ),
        (
            "rule_changes.toml",
            '[moods]\na = { value = "1", as_of = 2026-06-01, source = "own" }\n',
            "rule_changes.toml, row 1: unknown section 'moods'",
        ),
        (
            "rule_changes.toml",
            '[regime]\nloan_asset = { value = "MOON", as_of = 2026-06-01, source = "own" }\n',
            "rule_changes.toml, row 2: regime.loan_asset is not in the catalogue",
        ),
        (
            "borrow_tiers.csv",
            "rank,tier,value_from,value_limit,ratio,as_of,source\n1,1,0,100,1.1,2026-06-01,own\n",
            "borrow_tiers.csv, row 2: ratio must not be above 1",
        ),
    ],
)  # fmt: skip
def test_a_fault_names_the_file_in_which_it_is(own: Path, file: str, text: str, said: str) -> None:
    """Of two files with rules the one to blame."""
    (own / file).write_text(text, encoding="utf-8")
    assert said in fault_of(own)
