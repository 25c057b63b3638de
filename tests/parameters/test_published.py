"""Figures that are published stand in the rule set exactly as published."""

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from tests.parameters.market_data import market_data

from leverline.kernel.decimals import format_plain, parse_amount, parse_ratio, whole
from leverline.kernel.numbers import RATIO_ONE, UNIT
from leverline.kernel.time import HOUR, SECOND
from leverline.parameters import load_parameters
from leverline.rulebook.parameters import CollateralTier, VenueParameters


def texts(*ratios: int) -> list[str]:
    """Return ratios as plain text."""
    return [format_plain(ratio, 12) for ratio in ratios]


@pytest.mark.parametrize(
    ("leverage", "initial", "transfer", "call", "liquidation", "stop"),
    [(3, "1.5", "2", "1.3", "1.1", "1.5"), (5, "1.25", "2", "1.16", "1.1", "1.25")],
)
def test_classic_bands(
    parameters: VenueParameters, leverage: int, initial: str, transfer: str, call: str, liquidation: str, stop: str
) -> None:
    """Rule 5.2."""
    bands = parameters.classic[leverage]
    found = (
        bands.initial_ratio,
        bands.transfer_ratio,
        bands.margin_call_ratio,
        bands.liquidation_ratio,
        bands.stop_ratio,
    )
    assert texts(*found) == [initial, transfer, call, liquidation, stop]


def test_pro_levels(parameters: VenueParameters) -> None:
    """Liquidated at 1, stopped above 2, entered above 1.25 (rules 6.5, 6.6)."""
    pro = parameters.pro
    assert texts(pro.liquidation_level, pro.stop_level, pro.entry_ratio) == ["1", "2", "1.25"]


@pytest.mark.parametrize(
    ("leverage", "call", "liquidation", "initial"),
    [
        (10, "1.1", "1.05", "1.111 1.1264 1.1418 1.1572 1.1726 1.188 1.2034 1.2188 1.2342 1.2496"),
        (5, "1.19", "1.15", "1.25 1.3125 1.375 1.4375 1.5"),
        (3, "1.22", "1.18", "1.5 1.875 2.25 2.625 3"),
    ],
)
def test_isolated_families(
    parameters: VenueParameters, leverage: int, call: str, liquidation: str, initial: str
) -> None:
    """The newest published tiers of the three families (rule 7.2)."""
    pair = next(pair for pair in parameters.pairs.values() if pair.family.leverage == leverage)
    assert texts(pair.family.margin_call_ratio, pair.family.liquidation_ratio) == [call, liquidation]
    assert texts(*(tier.initial_ratio for tier in pair.isolated_tiers)) == initial.split()


def test_isolated_limits_of_btc(parameters: VenueParameters) -> None:
    """Tier n lends 7.2n BTC and 90,000n USDT (notice of 2023-06-07), or 3.6n BTC and 45,000n USDC."""
    first, second = parameters.pairs["BTCUSDT"].isolated_tiers[:2]
    assert (first.base_limit, first.quote_limit) == (parse_amount("7.2"), whole(90_000))
    assert (second.base_limit, second.quote_limit) == (parse_amount("14.4"), whole(180_000))
    seventh = parameters.pairs["BTCUSDC"].isolated_tiers[6]
    assert (seventh.base_limit, seventh.quote_limit) == (parse_amount("25.2"), whole(315_000))


@pytest.mark.parametrize(
    ("asset", "rank"),
    [("ADA", 5), ("TRX", 6), ("ARB", 7), ("ZEC", 7), ("CFX", 9), ("RLC", 9), ("SNX", 9), ("AWE", 10), ("STG", 9)],
)
def test_published_collateral_ranks(parameters: VenueParameters, asset: str, rank: int) -> None:
    """The newest rank that a notice names."""
    assert parameters.assets[asset].rank == rank


@pytest.mark.parametrize(
    ("rank", "tiers"),
    [
        (1, "100000000:1 120000000:0.975 150000000:0.95 180000000:0.9 200000000:0.85"),
        (6, "800000:1 1200000:0.95 2000000:0.85 2500000:0.5 4000000:0.2 6000000:0.1"),
        (8, "100000:1 250000:0.8 500000:0.6 700000:0.3 1000000:0.1"),
        (9, "100000:1 150000:0.8 200000:0.6 400000:0.3 600000:0.1"),
        (10, "100000:1"),
    ],
)
def test_published_collateral_tiers(parameters: VenueParameters, rank: int, tiers: str) -> None:
    """Ranks 6, 8, 9 and 10 by notice; rank 1 is the published table of BTC (rule 4.1, H1)."""
    asset = next(asset for asset in parameters.assets.values() if asset.rank == rank)
    expected = [part.split(":") for part in tiers.split()]
    assert asset.collateral_tiers == tuple(CollateralTier(parse_amount(limit), parse_ratio(r)) for limit, r in expected)


def test_the_pro_initial_rate_is_printed_with_four_decimals(parameters: VenueParameters) -> None:
    """10x asks 11.12 % and 20x 5.27 %: 1 ÷ (leverage − 1), up (rule 6.3)."""
    rates = {bracket.leverage: bracket.initial_rate for bracket in parameters.assets["BTC"].pro_brackets}
    found = texts(*(rates[leverage] for leverage in (20, 10, 8, 6, 5, 3)))
    assert found == ["0.0527", "0.1112", "0.1429", "0.2", "0.25", "0.5"]


def test_pro_maintenance_rates_of_the_worked_example(parameters: VenueParameters) -> None:
    """10x keeps 5 %, 8x 7 %, 6x 8 % (P1)."""
    rates = {bracket.leverage: bracket.maintenance_rate for bracket in parameters.assets["BTC"].pro_brackets}
    assert texts(rates[10], rates[8], rates[6]) == ["0.05", "0.07", "0.08"]


def test_btc_lends_at_the_published_rate_up_to_the_published_limit(parameters: VenueParameters) -> None:
    """0.00026125 a day at no use, 180 BTC at VIP 0."""
    btc = parameters.assets["BTC"]
    assert format_plain(btc.rate_curve.rate_base * 24, 12) == "0.000261250008"
    assert btc.borrow_limits[0] == whole(180)


def test_fees_of_the_newest_table(parameters: VenueParameters) -> None:
    """Maker and taker by VIP level, 25 % less in BNB (rule 9.1)."""
    fees = [texts(level.maker_fee, level.taker_fee) for level in parameters.vip_levels]
    assert fees[:4] == [["0.001", "0.001"], ["0.0009", "0.001"], ["0.0008", "0.001"], ["0.00042", "0.0006"]]
    assert fees[9] == ["0.00012", "0.00024"]
    assert texts(parameters.trading.bnb_fee_factor) == ["0.75"]


def test_the_fee_table_of_2022_is_one_figure_away(folder: Path) -> None:
    """An operator chooses the dated table by trading.vip_table."""
    rules = folder / "rules.toml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace('vip_table = { value = "2025"', 'vip_table = { value = "2022"')
    )
    levels = load_parameters(folder=folder).vip_levels
    assert texts(levels[4].maker_fee, levels[4].taker_fee) == ["0.0002", "0.0004"]
    assert levels[4].volume_min == whole(120_000_000)


def test_vip_conditions(parameters: VenueParameters) -> None:
    """Volume of 30 days and BNB held, both asked (rule 8.4)."""
    conditions = [(level.volume_min // 10**14, level.bnb_min // 10**8) for level in parameters.vip_levels]
    assert conditions[:5] == [(0, 0), (1, 25), (5, 100), (20, 250), (100, 500)]
    assert conditions[9] == (5000, 5500)


def test_liquidation_fees_and_other_single_figures(parameters: VenueParameters) -> None:
    """Clearance fees of 2024-08-12, the index rules, BNB interest and the daily notice."""
    rules = parameters.liquidation
    assert texts(rules.classic_fee, rules.pro_fee, rules.isolated_fee) == ["0.02", "0.03", "0.02"]
    assert texts(parameters.index.outlier_cap, parameters.interest.bnb_factor) == ["0.05", "0.95"]
    assert parameters.index.source_silence == 10 * SECOND
    assert parameters.notices.margin_call_interval == 24 * HOUR
    small = parameters.conversions
    assert (small.dust_limit, small.debt_limit, small.debts_max) == (UNIT // 1000, 10 * UNIT, 10)
    assert small.dust_interval == small.debt_interval == 6 * HOUR
    assert texts(parameters.trading.limit_price_band, small.dust_charge) == ["0.15", "0.02"]
    assert parameters.pairs["BLURUSDC"].is_limit_price


@pytest.mark.parametrize(
    ("rank", "value", "multiple"), [(6, 4_500_000, 8), (7, 3_000_000, 7), (8, 2_000_000, 5), (9, 1_700_000, 5)]
)
def test_concentrations_begin_where_the_page_on_risk_control_says(
    parameters: VenueParameters, rank: int, value: int, multiple: int
) -> None:
    """All of a rank alike, below 1.5; the five best ranks know none (rule 13.1)."""
    limits = [asset.concentration for asset in parameters.assets.values() if asset.rank == rank]
    assert limits
    for limit in limits:
        assert limit is not None
        figures = (limit.value_limit, limit.depth_multiple, limit.collateral_ratio)
        assert figures == (value * UNIT, multiple * RATIO_ONE, RATIO_ONE * 3 // 2)
    assert not [asset.symbol for asset in parameters.assets.values() if asset.rank < 6 and asset.concentration]


def test_worse_ranks_never_count_more(parameters: VenueParameters) -> None:
    """At each value the collateral ratio of a rank is at most that of the better rank (rule 4.1)."""
    tables = {asset.rank: asset.collateral_tiers for asset in parameters.assets.values()}
    assert sorted(tables) == list(range(1, 11))
    limits = sorted({tier.value_limit for tiers in tables.values() for tier in tiers})
    for better, worse in pairwise(range(1, 11)):
        for value in limits:
            assert ratio_at(tables[worse], value) <= ratio_at(tables[better], value), (better, worse, value)


def ratio_at(tiers: tuple[CollateralTier, ...], value: int) -> int:
    """Return the ratio of the slice that ends at or holds `value`."""
    return next((tier.ratio for tier in tiers if value <= tier.value_limit), 0)


def test_tables_kept_by_hand_agree_with_the_collected_figures(parameters: VenueParameters) -> None:
    """Isolated tiers and collateral tiers equal the collected facts, row for row."""
    facts = market_data()
    with (facts / "isolated_tiers.csv").open(encoding="utf-8", newline="") as lines:
        newest = [row for row in csv.DictReader(lines) if row["version"] == "newest"]
    families = {pair.family.leverage: pair for pair in parameters.pairs.values()}
    for row in newest:
        pair = families[int(row["leverage_family"])]
        assert pair.isolated_tiers[int(row["tier"]) - 1].initial_ratio == parse_ratio(row["initial_risk_ratio"])
        assert pair.family.liquidation_ratio == parse_ratio(row["liquidation_risk_ratio"])
    with (facts / "collateral_ratio_tiers.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["applies_to"] == "pro_margin_level"]
    tables = {asset.rank: asset.collateral_tiers for asset in parameters.assets.values()}
    for row in rows:
        if row["ratio"] != "0":
            assert ratio_at(tables[int(row["key"])], parse_amount(row["max_usd"])) == parse_ratio(row["ratio"])
