"""A fault in a data file stops loading with the file, the row and the reason, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.parameters.tables import entry_row, find_row, spoil_cell, spoil_entry

from leverline.parameters import ParameterFault, load_parameters, load_scheme

CELLS = [
    # classic_bands.csv
    ("classic_bands.csv", "3", "liquidation_ratio", "1.3", "must be 1 < liquidation_ratio < margin_call_ratio"),
    ("classic_bands.csv", "3", "liquidation_ratio", "1", "must be 1 < liquidation_ratio"),
    (
        "classic_bands.csv",
        "5",
        "margin_call_ratio",
        "1.25",
        "must be 1 < liquidation_ratio < margin_call_ratio < initial",
    ),
    ("classic_bands.csv", "5", "stop_ratio", "1.2", "stop_ratio must be at least initial_ratio"),
    ("classic_bands.csv", "5", "transfer_ratio", "1.2", "transfer_ratio must be at least initial_ratio"),
    ("classic_bands.csv", "3", "stop_ratio", "1000000", "stop_ratio must not be above transfer_ratio"),
    ("classic_bands.csv", "3", "transfer_ratio", "10.1", "transfer_ratio must not be above 10"),
    ("classic_bands.csv", "5", "as_of", "2999-01-01", "as_of is not within 2009 to 2099: '2999-01-01'"),
    ("classic_bands.csv", "5", "initial_ratio", "1.24", "initial_ratio allows more than 5x"),
    ("classic_bands.csv", "3", "leverage", "4", "no Classic account has leverage 4"),
    ("classic_bands.csv", "3", "leverage", "three", "leverage is not a whole number: 'three'"),
    # isolated_families.csv, isolated_tiers.csv
    ("isolated_families.csv", "10", "liquidation_ratio", "1.1", "must be 1 < liquidation_ratio < margin_call_ratio"),
    ("isolated_families.csv", "10", "leverage", "1", "leverage must be above 1"),
    ("isolated_tiers.csv", "10,1", "initial_ratio", "1.1", "initial_ratio must be above 1.1"),
    ("isolated_tiers.csv", "3,3", "initial_ratio", "1.875", "initial_ratio must be above 1.875"),
    ("isolated_tiers.csv", "3,5", "initial_ratio", "10.1", "initial_ratio must not be above 10"),
    ("isolated_tiers.csv", "5,4", "tier", "7", "tier 7 where 4 is expected"),
    ("isolated_tiers.csv", "3,1", "family", "7", "tier 2 where 1 is expected", "unknown family"),
    # ranks.csv, quotes.csv
    ("concentration.csv", "6", "rank", "11", "unknown rank 11"),
    ("concentration.csv", "6", "value_limit", "0", "value_limit must be positive"),
    ("concentration.csv", "6", "collateral_ratio", "1", "collateral_ratio must be above 1"),
    ("ranks.csv", "4", "rank", "11", "rank 11 where 4 is expected"),
    ("ranks.csv", "4", "rank", "04", "rank is not a whole number: '04'"),
    ("ranks.csv", "4", "volume_min", "150000000", "volume_min must be below that of the better rank"),
    ("ranks.csv", "10", "volume_min", "1", "volume_min of the last rank must be 0"),
    ("ranks.csv", "4", "family", "7", "unknown family 7"),
    ("ranks.csv", "4", "reserve_ratio", "1", "reserve_ratio must be below 1"),
    ("ranks.csv", "4", "collateral_multiple", "0", "collateral_multiple must be positive"),
    ("ranks.csv", "4", "trade_band", "0", "trade_band must be above 0 and at most 0.05"),
    ("ranks.csv", "4", "trade_band", "1", "trade_band must be above 0 and at most 0.05"),
    ("quotes.csv", "BTC", "volume_share", "-0.1", "volume_share is negative"),
    ("quotes.csv", "BTC", "volume_share", "0", "volume_share must be above 0 and at most 1"),
    ("quotes.csv", "BTC", "volume_share", "1.1", "volume_share must be above 0 and at most 1"),
    # collateral_tiers.csv
    ("collateral_tiers.csv", "6,2", "value_from", "900000", "value_from must be 800000"),
    ("collateral_tiers.csv", "6,1", "value_from", "1", "value_from must be 0"),
    ("collateral_tiers.csv", "6,2", "value_limit", "800000", "value_limit must be above value_from"),
    ("collateral_tiers.csv", "6,1", "ratio", "1.01", "ratio must not be above 1"),
    ("collateral_tiers.csv", "6,3", "ratio", "0.96", "ratio must not be above 0.95"),
    ("collateral_tiers.csv", "6,3", "tier", "9", "tier 9 where 3 is expected"),
    # pro_brackets.csv
    ("pro_brackets.csv", "2,2", "debt_from", "1", "debt_from must be 400000"),
    ("pro_brackets.csv", "2,2", "debt_limit", "400000", "debt_limit must be above debt_from"),
    ("pro_brackets.csv", "2,2", "leverage", "20", "leverage must be below that of the bracket before"),
    ("pro_brackets.csv", "2,9", "leverage", "1", "leverage must be above 1"),
    ("pro_brackets.csv", "2,2", "initial_rate", "0.0527", "initial_rate must rise, up to 1"),
    ("pro_brackets.csv", "2,9", "initial_rate", "1.1", "initial_rate must rise, up to 1"),
    ("pro_brackets.csv", "2,2", "maintenance_rate", "0.02", "maintenance_rate must rise"),
    ("pro_brackets.csv", "2,3", "maintenance_rate", "0.0556", "initial_rate must be above 2 maintenance_rate"),
    ("pro_brackets.csv", "2,3", "initial_rate", "0.1111", "initial_rate allows more than 10x"),
    ("pro_brackets.csv", "2,2", "maintenance_amount", "4000.00000001", "maintenance_amount must be 4000"),
    ("pro_brackets.csv", "1,1", "maintenance_amount", "1", "maintenance_amount must be 0"),
    # rate_curves.csv
    ("rate_curves.csv", "BTC", "kink", "1", "kink must lie between 0 and 1"),
    ("rate_curves.csv", "BTC", "daily_base", "0", "must be 0 < daily_base < daily_at_kink < daily_at_full"),
    ("rate_curves.csv", "BTC", "daily_at_kink", "0.0002", "must be 0 < daily_base < daily_at_kink"),
    ("rate_curves.csv", "BTC", "daily_at_full", "0.0008", "the slope beyond the kink must not be below"),
    ("rate_curves.csv", "BTC", "daily_at_full", "0.05", "daily_at_full must not be above 0.048"),
    # vip_levels.csv
    ("vip_levels.csv", "2025,3", "level", "5", "level 5 where 3 is expected", "duplicate of row"),
    ("vip_levels.csv", "2025,9", "level", "10", "level 10 where 9 is expected"),
    ("vip_levels.csv", "2025,0", "bnb_min", "1", "level 0 must ask for no volume and no BNB"),
    ("vip_levels.csv", "2025,3", "volume_min", "4000000", "volume_min must not fall"),
    ("vip_levels.csv", "2025,3", "bnb_min", "99", "bnb_min must not fall"),
    ("vip_levels.csv", "2025,3", "maker_fee", "0.0007", "must be maker_fee <= taker_fee < 1"),
    ("vip_levels.csv", "2025,4", "maker_fee", "0.00043", "maker_fee must not rise"),
    ("vip_levels.csv", "2025,4", "taker_fee", "0.0007", "taker_fee must not rise"),
    ("vip_levels.csv", "2025,4", "interest_discount", "0.1", "interest_discount must not fall"),
    ("vip_levels.csv", "2025,9", "interest_discount", "1", "interest_discount must be below 1"),
    ("vip_levels.csv", "2025,1", "isolated_limit_factor", "0.9", "isolated_limit_factor must not fall"),
    ("vip_levels.csv", "2022,4", "taker_fee", "0.002", "taker_fee must not rise"),
    # assets.csv
    ("assets.csv", "ADA", "rank", "0", "unknown rank 0"),
    ("assets.csv", "ADA", "rate_curve", "rank-5x", "unknown rate curve 'rank-5x'"),
    ("assets.csv", "ADA", "price", "0", "price must be positive"),
    ("assets.csv", "ADA", "name", "", "name is empty"),
    ("assets.csv", "ADA", "is_collateral", "true", "is_collateral is not yes or no: 'true'"),
    ("assets.csv", "ADA", "reserve_ratio", "1", "reserve_ratio must be below 1"),
    ("assets.csv", "ADA", "trade_band", "0", "trade_band must be above 0 and at most 0.05"),
    ("assets.csv", "ADA", "trade_band", "0.051", "trade_band must be above 0 and at most 0.05"),
    ("assets.csv", "ADA", "borrow_min", "0", "borrow_min must be positive"),
    ("assets.csv", "ADA", "repay_min", "0", "repay_min must be positive and at most borrow_min"),
    ("assets.csv", "ADA", "repay_min", "101", "repay_min must be positive and at most borrow_min"),
    ("assets.csv", "ADA", "pool_supply", "0", "pool_supply must be positive if and only if borrowable"),
    ("assets.csv", "ADA", "pool_supply", "1", "pool_supply is below borrow_min"),
    ("assets.csv", "BTC", "pool_supply", "1", "pool_supply is below vip_0, 180"),
    ("assets.csv", "ADA", "history_days", "", "history_days is not a whole number: ''"),
    ("assets.csv", "ADA", "collateral_cap", "0", "collateral_cap must be positive"),
    ("assets.csv", "ADA", "is_borrowable", "no", "pool_supply must be positive if and only if borrowable"),
    ("assets.csv", "ADA", "borrow_min", "fifty", "borrow_min is not a decimal number: 'fifty'"),
    ("assets.csv", "ADA", "borrow_min", "5e1", "borrow_min is not a decimal number: '5e1'"),
    ("assets.csv", "ADA", "borrow_min", "50.000000001", "borrow_min is more than 8 decimals"),
    ("assets.csv", "ADA", "price", "1" * 5000, "price is too long for a number"),
    ("assets.csv", "ADA", "as_of", "2025-02-30", "as_of is not a date: '2025-02-30'"),
    ("assets.csv", "ADA", "source", "", "source is empty"),
    ("assets.csv", "BTC", "symbol", "ADA", "duplicate of row"),
    ("assets.csv", "USDT", "symbol", "USDX", "USDX is borrowable but has no row in borrow_limits.csv"),
    # borrow_limits.csv
    ("borrow_limits.csv", "ADA", "asset", "ADX2", "unknown asset ADX2", "ADA is borrowable but has no row"),
    ("borrow_limits.csv", "ADA", "vip_0", "1", "vip_0 is below borrow_min"),
    ("borrow_limits.csv", "ADA", "vip_9", "100000000000000000000", "vip_9 is above 10000000000000000000: '1000000"),
    ("borrow_limits.csv", "ADA", "vip_9", "1000000000000", "vip_9 is above pool_supply, "),
    ("borrow_limits.csv", "ADA", "vip_5", "1000", "vip_5 is below vip_4"),
    # pairs.csv
    ("pairs.csv", "BTCUSDT", "symbol", "BTCUSD", "symbol must be BTCUSDT"),
    ("pairs.csv", "BTCUSDT", "base", "XBT", "unknown base asset XBT"),
    ("pairs.csv", "BTCUSDT", "quote", "BUSD", "unknown quote asset BUSD"),
    ("pairs.csv", "BTCUSDT", "tick_size", "0", "tick_size must be positive"),
    ("pairs.csv", "BTCUSDT", "tick_size", "-0.01", "tick_size is negative: '-0.01'"),
    ("pairs.csv", "BTCUSDT", "step_size", "0", "step_size must be positive"),
    ("pairs.csv", "BTCUSDT", "price_min", "0", "must be 0 < price_min <= price_max"),
    ("pairs.csv", "BTCUSDT", "price_min", "0.015", "price_min must be a multiple of tick_size"),
    ("pairs.csv", "BTCUSDT", "price_max", "1000.001", "price_max must be a multiple of tick_size"),
    ("pairs.csv", "BTCUSDT", "quantity_min", "0.000015", "quantity_min must be a multiple of step_size"),
    ("pairs.csv", "BTCUSDT", "quantity_max", "0.000015", "quantity_max must be a multiple of step_size"),
    ("pairs.csv", "BTCUSDT", "market_quantity_max", "10000", "must be 0 < quantity_min <= market_quantity_max"),
    ("pairs.csv", "BTCUSDT", "notional_min", "0", "must be 0 < notional_min <= notional_max"),
    ("pairs.csv", "BTCUSDT", "family", "20", "unknown family 20"),
    ("pairs.csv", "BTCUSDT", "base_unit", "0", "base_unit must be positive if and only if BTC is lent"),
    ("pairs.csv", "BTCUSDT", "quote_unit", "0", "quote_unit must be positive if and only if USDT is lent"),
    ("pairs.csv", "BTCUSDT", "base_unit", "0.0009", "base_unit is below the borrow_min of BTC"),
    ("pairs.csv", "PIVXUSDT", "base_unit", "1", "base_unit must be positive if and only if PIVX is lent"),
    ("pairs.csv", "BTCUSDT", "status", "guessed", "status must be one of margin, trading, assumed"),
]


@pytest.mark.parametrize("case", CELLS, ids=[f"{case[0]}-{case[1]}-{case[2]}-{case[3][:12]}" for case in CELLS])
def test_a_spoilt_cell_is_named_with_file_row_and_reason(folder: Path, case: tuple[str, ...]) -> None:
    """One wrong cell in one table stops loading; the fault names where and why."""
    file, key, column, value, reason, *other = case
    row = spoil_cell(folder / file, key, column, value)
    fault = load_fault(folder)
    if other:
        assert fault.reason.startswith((reason, other[0]))
        return
    assert (fault.file, fault.row) == (file, row)
    assert reason in fault.reason
    assert str(fault) == f"{file}, row {row}: {fault.reason}"


ENTRIES = [
    ("index", "outlier_cap", "1", "index.outlier_cap must lie between 0 and 1"),
    ("index", "outlier_cap", "0", "index.outlier_cap must lie between 0 and 1"),
    ("index", "stale_haircut", "1", "index.stale_haircut must lie between 0 and 1"),
    ("index", "jump_ratio", "0", "index.jump_ratio must be above 0 and at most 1"),
    ("index", "jump_window", "0 s", "index.jump_window must be positive"),
    ("index", "source_silence", "0 s", "index.source_silence must be positive"),
    ("index", "source_silence", "10 seconds", "index.source_silence is not a length of time: '10 seconds'"),
    ("index", "source_silence", "ten s", "index.source_silence is not a whole number: 'ten'"),
    ("index", "sources_min", "0", "index.sources_min must be at least sources_min_sandbox"),
    ("interest", "rate_step_max", "1", "interest.rate_step_max must be above 1"),
    ("interest", "rate_max", "0", "interest.rate_max must be above 0 and at most 1"),
    ("interest", "bnb_factor", "0", "interest.bnb_factor must be above 0 and at most 1"),
    ("filters", "orders_max", "0", "filters.orders_max must be positive"),
    ("trading", "bnb_fee_factor", "0", "trading.bnb_fee_factor must be above 0 and at most 1"),
    ("trading", "market_protection", "1", "trading.market_protection must lie between 0 and 1"),
    ("trading", "limit_price_band", "0", "trading.limit_price_band must lie between 0 and 1"),
    ("trading", "narrow_band", "0", "trading.narrow_band must lie between 0 and 1"),
    ("trading", "narrow_band", "0.06", "trading.narrow_band must not be above 0.05"),
    ("interest", "hours_waived", "-1", "interest.hours_waived is not a whole number: '-1'"),
    ("interest", "hours_waived", "2", "interest.hours_waived must not be above 1"),
    ("trading", "is_margin_call_guard_on", "on", "trading.is_margin_call_guard_on is not yes or no: 'on'"),
    ("trading", "vip_table", "2019", "no table '2019', which trading.vip_table names"),
    ("borrowing", "isolated_transfer_ratio", "1", "borrowing.isolated_transfer_ratio must be above 1"),
    ("liquidation", "takeover_ratio", "0.99", "liquidation.takeover_ratio must be at least 1"),
    ("liquidation", "takeover_ratio", "1.5", "takeover_ratio must be below the lowest liquidation ratio, 1.05"),
    ("liquidation", "takeover_ratio", "1.05", "takeover_ratio must be below the lowest liquidation ratio, 1.05"),
    ("liquidation", "takeover_factor", "0", "liquidation.takeover_factor must be above 0 and at most 1"),
    ("liquidation", "takeover_time", "0 s", "liquidation.takeover_time must be positive"),
    ("liquidation", "rounds_without_fill_max", "0", "liquidation.rounds_without_fill_max must be positive"),
    ("liquidation", "price_band", "1", "liquidation.price_band must lie between 0 and 1"),
    ("liquidation", "price_band", "0", "liquidation.price_band must lie between 0 and 1"),
    ("liquidation", "pro_fee", "1", "liquidation.pro_fee must be below 1"),
    ("liquidation", "unwind_depth_share", "0", "liquidation.unwind_depth_share must be above 0 and at most 1"),
    ("liquidation", "round_interval", "0 s", "liquidation.round_interval must be positive"),
    ("liquidation", "classic_fee", "2 %", "liquidation.classic_fee is not a decimal number: '2 %'"),
    ("notices", "margin_call_interval", "0 h", "notices.margin_call_interval must be positive"),
    ("notices", "margin_call_interval", "59999 ms", "notices.margin_call_interval must be at least 60000 ms"),
    ("liquidation", "round_interval", "99 ms", "liquidation.round_interval must be at least 100 ms"),
    ("liquidation", "takeover_time", "36526 d", "liquidation.takeover_time must not be above a hundred years"),
    ("borrowing", "isolated_accounts_max", "1000000001", "isolated_accounts_max must not be above 1000000000"),
    ("borrowing", "depth_share", "1000000.1", "borrowing.depth_share must not be above 1000000"),
    ("delisting", "reminder", "59 s", "delisting.reminder must be at least 60000 ms"),
    ("delisting", "notice_max", "1 h", "delisting.notice_max must be at least notice_min"),
    ("conversions", "dust_charge", "1", "conversions.dust_charge must be below 1"),
    ("conversions", "debts_max", "0", "conversions.debts_max must be positive"),
    ("controls", "concentration_interval", "0 s", "controls.concentration_interval must be positive"),
    ("controls", "market_share", "0", "controls.market_share must be above 0 and at most 1"),
    ("scheme", "volatility_wild", "0.03", "scheme.volatility_wild must end four volatilities that do not fall"),
    ("scheme", "new_days", "366", "scheme.new_days must not be above young_days"),
    ("scheme", "young_rank_best", "11", "scheme.young_rank_best must lie between 1 and 10"),
    ("scheme", "new_rank_best", "5", "scheme.new_rank_best must not be below young_rank_best"),
    ("scheme", "tick_digits", "0", "scheme.tick_digits must be positive"),
    ("scheme", "tick_digits", "13", "scheme.tick_digits must not be above 12"),
    ("scheme", "step_value_max", "0", "scheme.step_value_max must be positive"),
    ("scheme", "price_headroom", "0.5", "scheme.price_headroom must be at least 1"),
    ("scheme", "minimum_notionals", "1.9", "scheme.minimum_notionals must be at least 2, which rule 8.3 asks"),
    ("scheme", "isolated_value_max", "1", "scheme.isolated_value_max must not be below isolated_value_min"),
]


@pytest.mark.parametrize(
    ("section", "entry", "value", "reason"), ENTRIES, ids=[f"{s}.{e}={v}" for s, e, v, _ in ENTRIES]
)
def test_a_spoilt_rule_is_named_with_line_and_reason(
    folder: Path, section: str, entry: str, value: str, reason: str
) -> None:
    """One wrong entry of rules.toml stops loading; a table that breaks because of it is named itself."""
    row = spoil_entry(folder / "rules.toml", section, entry, value)
    fault = load_fault(folder)
    assert reason in fault.reason
    if fault.file == "rules.toml":
        assert fault.row == row


LEVELS = [
    ("liquidation_level", "1.2"),
    ("margin_call_level", "2"),
    ("stop_level", "2.1"),
    ("liquidation_level", "0"),
]


@pytest.mark.parametrize(("entry", "value"), LEVELS)
def test_pro_levels_out_of_order_are_named_with_their_section(folder: Path, entry: str, value: str) -> None:
    """The order of several entries is a fault of the section that holds them."""
    spoil_entry(folder / "rules.toml", "pro", entry, value)
    fault = load_fault(folder)
    assert (fault.file, fault.row) == ("rules.toml", entry_row(folder / "rules.toml", "pro", ""))
    assert "0 < liquidation_level < margin_call_level < stop_level <= transfer_level" in fault.reason


def test_pro_thresholds_can_be_reached(folder: Path) -> None:
    """Nobody enters Pro with more debt than collateral (rule 6.6), and no threshold is out of reach."""
    spoil_entry(folder / "rules.toml", "pro", "entry_ratio", "1")
    assert load_fault(folder).reason == "entry_ratio must be above 1 and at most 10"
    spoil_entry(folder / "rules.toml", "pro", "entry_ratio", "1.25")
    spoil_entry(folder / "rules.toml", "pro", "transfer_level", "1000000")
    assert load_fault(folder).reason == "transfer_level must not be above 10"


def test_filters_that_let_no_price_pass_are_named(folder: Path) -> None:
    """Filters that all pairs share are checked with each pair."""
    spoil_entry(folder / "rules.toml", "filters", "percent_up", "1")
    assert load_fault(folder).reason == "percent_up must be 0 or above 1"
    spoil_entry(folder / "rules.toml", "filters", "percent_up", "5")
    spoil_entry(folder / "rules.toml", "filters", "percent_down", "1")
    assert load_fault(folder).reason == "percent_down must be below 1"
    spoil_entry(folder / "rules.toml", "filters", "percent_down", "0.2")
    spoil_entry(folder / "rules.toml", "filters", "notional_max", "0.00001")
    assert load_fault(folder).reason == "must be 0 < notional_min <= notional_max"


def test_a_minimum_loan_below_twice_the_minimum_notional_is_named(folder: Path) -> None:
    """Rule 8.3: the asset's row is at fault, the pair is named."""
    row = spoil_cell(folder / "assets.csv", "ADA", "borrow_min", "16")
    spoil_cell(folder / "assets.csv", "ADA", "repay_min", "1")
    fault = load_fault(folder)
    assert (fault.file, fault.row) == ("assets.csv", row)
    assert fault.reason.startswith("borrow_min is worth less than twice the minimum notional of ADA")


def test_a_minimum_loan_that_bears_no_interest_is_named(folder: Path) -> None:
    """Rule 8.3: 0.0009 BTC would owe less than 10⁻⁸ for an hour."""
    row = spoil_cell(folder / "assets.csv", "BTC", "borrow_min", "0.0009")
    spoil_cell(folder / "assets.csv", "BTC", "repay_min", "0.0009")
    fault = load_fault(folder)
    assert (fault.file, fault.row) == ("assets.csv", row)
    assert fault.reason == "borrow_min bears less than 0.00000001 of interest in an hour"


def test_an_asset_without_a_way_to_usdt_is_named(folder: Path) -> None:
    """Each asset needs its USDT pair."""
    drop_line(folder / "pairs.csv", "ADAUSDT")
    fault = load_fault(folder)
    assert (fault.file, fault.row) == ("assets.csv", find_row(folder / "assets.csv", "ADA"))
    assert fault.reason == "ADA has no pair with USDT"


def test_a_venue_without_usdt_is_refused(folder: Path) -> None:
    """Values count in USDT."""
    drop_line(folder / "assets.csv", "USDT")
    drop_line(folder / "borrow_limits.csv", "USDT")
    assert load_fault(folder).reason == "USDT is missing"


def test_limits_of_an_asset_that_is_not_lent_are_named(folder: Path) -> None:
    """PIVX is collateral only."""
    row = spoil_cell(folder / "borrow_limits.csv", "ADA", "asset", "PIVX")
    spoil_cell(folder / "assets.csv", "ADA", "is_borrowable", "no")
    spoil_cell(folder / "assets.csv", "ADA", "pool_supply", "0")
    fault = load_fault(folder)
    assert (fault.file, fault.row, fault.reason) == ("borrow_limits.csv", row, "PIVX is not borrowable")


GAPS = [
    ("classic_bands.csv", "5", "no bands for leverage 5"),
    ("isolated_families.csv", "3", "unknown family 3"),
    ("isolated_tiers.csv", "3,", "no tiers for family 3"),
    ("collateral_tiers.csv", "7,", "no rows for rank 7"),
    ("pro_brackets.csv", "7,", "no rows for rank 7"),
    ("ranks.csv", "10", "the last rank must be 10"),
    ("rate_curves.csv", "rank-9", "unknown rate curve 'rank-9'"),
    ("vip_levels.csv", "2025,9", "the last level must be 9"),
    ("quotes.csv", "BTC", "quote BTC has no row in quotes.csv"),
    ("vip_levels.csv", "2025,", "no table '2025', which trading.vip_table names"),
]


@pytest.mark.parametrize(("file", "key", "reason"), GAPS)
def test_a_missing_row_is_a_fault(folder: Path, file: str, key: str, reason: str) -> None:
    """What the rules need must be there."""
    drop_lines(folder / file, key.rstrip(","))
    assert reason in load_fault(folder).reason


def add_column(text: str) -> str:
    """Add a column to every row."""
    first, *rest = text.splitlines()
    return "\n".join([f"{first},colour", *(f"{line},red" for line in rest)])


SPOILT_TABLES: list[tuple[str, Callable[[str], str], int, str]] = [
    ("an unknown column", add_column, 1, "unknown column 'colour'"),
    ("a missing column", lambda text: text.replace(",status,", ",", 1), 1, "missing column 'status'"),
    ("columns in another order", lambda text: text.replace("base,quote", "quote,base", 1), 1, "columns must stand in"),
    ("a ragged row", lambda text: text.replace("BTCUSDT,BTC,", "BTCUSDT,BTC,,", 1), -1, "21 cells where 20"),
    ("an unclosed quote", lambda text: text + 'BTCDAI,"BTC', 0, "not CSV"),
    ("an empty file", lambda text: "", 1, "missing column 'symbol'"),
    ("a header alone", lambda text: text.splitlines()[0], 1, "the table has no rows"),
]


@pytest.mark.parametrize(("change", "row", "reason"), [c[1:] for c in SPOILT_TABLES], ids=[c[0] for c in SPOILT_TABLES])
def test_a_table_of_the_wrong_shape_is_a_fault(
    folder: Path, change: Callable[[str], str], row: int, reason: str
) -> None:
    """Columns, rows and quotes must be right before any figure counts."""
    path = folder / "pairs.csv"
    rows = {-1: find_row(path, "BTCUSDT"), 0: len(path.read_text(encoding="utf-8").splitlines()) + 1}
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    fault = load_fault(folder)
    assert (fault.file, fault.row) == ("pairs.csv", rows.get(row, row))
    assert reason in fault.reason


def test_a_row_twice_is_a_fault(folder: Path) -> None:
    """The second of two rows with one key is named, and the first in the reason."""
    path = folder / "pairs.csv"
    row = find_row(path, "BTCUSDT")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[row - 1] + "\n", encoding="utf-8")
    fault = load_fault(folder)
    assert fault.reason == f"duplicate of row {row}: BTCUSDT"
    assert fault.row == len(text.splitlines()) + 1


@pytest.mark.parametrize("file", ["pairs.csv", "rules.toml"])
def test_a_byte_order_mark_is_no_fault(folder: Path, file: str) -> None:
    """A spreadsheet saves a table with a mark before its first column; rows keep their numbers."""
    plain = load_parameters(folder=folder)
    path = folder / file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_parameters(folder=folder) == plain


@pytest.mark.parametrize("file", ["pairs.csv", "rules.toml"])
def test_a_missing_or_unreadable_file_is_a_fault(folder: Path, file: str) -> None:
    """Row 0 speaks of the file as a whole."""
    (folder / file).write_bytes(b"\xff\xfe")
    assert str(load_fault(folder)) == f"{file}, row 0: the file is not UTF-8 text"
    (folder / file).unlink()
    assert str(load_fault(folder)) == f"{file}, row 0: the file is missing or cannot be read"


SPOILT_RULES = [
    ("[index]\n", "[index\n", "not TOML"),
    ('outlier_cap = { value = "0.05",', 'outlier_cup = { value = "0.05",', "missing entry index.outlier_cap"),
    (
        "[notices]",
        'moon = { value = "1", as_of = 2025-10-01, source = "own" }\n[notices]',
        "unknown entry liquidation.moon",
    ),
    ("[notices]", "[moods]\n[notices]", "unknown section 'moods'"),
    ("[notices]", "[news]", "missing section 'notices'"),
    (
        'value = "0.05", as_of = 2024-06-06',
        "value = 0.05, as_of = 2024-06-06",
        "value of index.outlier_cap is not text",
    ),
    ("as_of = 2024-06-06, source", 'as_of = "June", source', "as_of of index.outlier_cap is not a date"),
    ("as_of = 2024-06-06, source", "as_of = 2999-06-06, source", "as_of of index.outlier_cap must lie within 2009 to"),
    ('source = "binance-faq 52b5970f 2024"', 'source = ""', "source of index.outlier_cap is empty"),
    ('value = "0.05", as_of = 2024-06-06,', 'value = "0.05",', "must have value, as_of and source"),
    ("[index]\n", "rate = 1\n[index]\n", "'rate' stands outside a section"),
]


@pytest.mark.parametrize(("old", "new", "reason"), SPOILT_RULES, ids=[reason for _, _, reason in SPOILT_RULES])
def test_rules_of_the_wrong_shape_are_a_fault(folder: Path, old: str, new: str, reason: str) -> None:
    """Each entry of rules.toml is known and has a text value, a date and a source."""
    path = folder / "rules.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    fault = load_fault(folder)
    assert fault.file == "rules.toml"
    assert reason in fault.reason


@pytest.mark.parametrize("rule_set", ["2031", "", "..", "2025/../2025"])
def test_an_unknown_rule_set_is_a_fault(rule_set: str) -> None:
    """Only the names of shipped rule sets are taken, never a path."""
    with pytest.raises(ParameterFault, match="no rule set"):
        load_parameters(rule_set)
    with pytest.raises(ParameterFault, match="no rule set"):
        load_scheme(rule_set)


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """An operator's own folder is named like any file."""
    assert "the file is missing or cannot be read" in str(load_fault(tmp_path / "nowhere"))


def load_fault(folder: Path) -> ParameterFault:
    """Return the fault with which loading `folder` stops."""
    with pytest.raises(ParameterFault) as caught:
        load_parameters(folder=folder)
    return caught.value


def drop_line(path: Path, key: str) -> None:
    """Take the row that starts with `key` out of a table."""
    lines = path.read_text(encoding="utf-8").splitlines()
    del lines[find_row(path, key) - 1]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def drop_lines(path: Path, key: str) -> None:
    """Take every row that starts with `key` out of a table."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(f"{key},")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
