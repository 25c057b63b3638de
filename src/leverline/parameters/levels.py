"""Thresholds, fees and single rules: Classic and Pro bands, VIP levels, and the sections of `rules.toml`."""

from collections.abc import Collection
from typing import Final

from leverline.parameters.faults import ParameterFault
from leverline.parameters.scalars import Section
from leverline.parameters.tables import Folder, Row, read_table
from leverline.parameters.validation import check_classic, check_pro, check_vip_levels
from leverline.rulebook.parameters import (
    CROSS_LEVERAGE_CHOICES,
    BorrowRules,
    ClassicBands,
    ControlRules,
    ConversionRules,
    CoolingOffRules,
    DelistingRules,
    IndexRules,
    InterestRules,
    IsolatedFamily,
    LiquidationRules,
    NoticeRules,
    ProBands,
    Regime,
    TradingRules,
    VipLevel,
)
from leverline.rulebook.section_checks import (
    borrowing_fault,
    conversions_fault,
    cooling_off_fault,
    delisting_fault,
    interest_fault,
    liquidation_fault,
    trading_fault,
)

CLASSIC_FILE: Final = "classic_bands.csv"
VIP_FILE: Final = "vip_levels.csv"


def read_classic(folder: Folder) -> dict[int, ClassicBands]:
    """Return the bands of Classic accounts by leverage (rule 5.2)."""
    ratios = ("initial_ratio", "transfer_ratio", "margin_call_ratio", "liquidation_ratio", "stop_ratio")
    classic: dict[int, ClassicBands] = {}
    for row in read_table(folder, CLASSIC_FILE, ("leverage", *ratios), ("leverage",)):
        bands = ClassicBands(row.count("leverage"), *(row.ratio(column) for column in ratios))
        row.require(bands.leverage in CROSS_LEVERAGE_CHOICES, f"no Classic account has leverage {bands.leverage}")
        check_classic(bands, row)
        classic[bands.leverage] = bands
    for leverage in CROSS_LEVERAGE_CHOICES:
        if leverage not in classic:
            raise ParameterFault(CLASSIC_FILE, 0, f"no bands for leverage {leverage}")
    return classic


def read_vip_levels(folder: Folder, table: str) -> tuple[VipLevel, ...]:
    """Return the VIP levels of the dated `table` (rules 3.4, 8.4, 9.1); other tables of the file are checked too."""
    columns = ("level", "volume_min", "bnb_min", "maker_fee", "taker_fee")
    factors = ("interest_discount", "isolated_limit_factor")
    groups: dict[str, list[Row]] = {}
    for row in read_table(folder, VIP_FILE, ("table", *columns, *factors), ("table", "level")):
        groups.setdefault(row.text("table"), []).append(row)
    if table not in groups:
        raise ParameterFault(VIP_FILE, 0, f"no table {table!r}, which trading.vip_table names")
    tables = {name: tuple(_vip_level(row) for row in rows) for name, rows in groups.items()}
    for name, levels in tables.items():
        check_vip_levels(levels, groups[name])
    return tables[table]


def _vip_level(row: Row) -> VipLevel:
    return VipLevel(
        level=row.count("level"),
        volume_min=row.amount("volume_min"),
        bnb_min=row.amount("bnb_min"),
        maker_fee=row.ratio("maker_fee"),
        taker_fee=row.ratio("taker_fee"),
        interest_discount=row.ratio("interest_discount"),
        isolated_limit_factor=row.ratio("isolated_limit_factor"),
    )


def read_pro(section: Section) -> ProBands:
    """Return the levels of Pro accounts (rules 6.5, 6.6)."""
    bands = ProBands(
        margin_call_level=section.ratio("margin_call_level"),
        liquidation_level=section.ratio("liquidation_level"),
        stop_level=section.ratio("stop_level"),
        transfer_level=section.ratio("transfer_level"),
        entry_ratio=section.ratio("entry_ratio"),
    )
    check_pro(bands, section.place(""))
    return bands


def read_index(section: Section) -> IndexRules:
    """Return the rules of the index price (rule 2)."""
    return IndexRules(
        outlier_cap=section.band("outlier_cap"),
        source_silence=section.positive_time("source_silence"),
        stale_haircut=section.band("stale_haircut"),
        jump_ratio=section.factor("jump_ratio"),
        jump_window=section.positive_time("jump_window"),
        jump_confirmation=section.positive_time("jump_confirmation"),
    )


def read_interest(section: Section) -> InterestRules:
    """Return the rules of interest (rule 3)."""
    rules = InterestRules(
        rate_step_max=section.ratio("rate_step_max"),
        rate_max=section.factor("rate_max"),
        bnb_factor=section.factor("bnb_factor"),
        hours_waived=section.count("hours_waived"),
    )
    section.accept(*interest_fault(rules))
    return rules


def read_trading(section: Section) -> TradingRules:
    """Return the rules of orders (rule 9)."""
    rules = TradingRules(
        bnb_fee_factor=section.factor("bnb_fee_factor"),
        market_protection=section.band("market_protection"),
        limit_price_band=section.band("limit_price_band"),
        narrow_band=section.band("narrow_band"),
        is_margin_call_guard_on=section.flag("is_margin_call_guard_on"),
        exchange_orders_max=section.count("exchange_orders_max"),
        exchange_algo_orders_max=section.count("exchange_algo_orders_max"),
        exchange_iceberg_orders_max=section.count("exchange_iceberg_orders_max"),
    )
    section.accept(*trading_fault(rules))
    return rules


def read_borrowing(section: Section) -> BorrowRules:
    """Return the limits on borrowing over all accounts of a user (rules 7.5, 7.6, 8.5)."""
    rules = BorrowRules(
        fund_share=section.fraction("fund_share"),
        depth_share=section.ratio("depth_share"),
        bar_time=section.time("bar_time"),
        isolated_accounts_max=section.count("isolated_accounts_max"),
        isolated_disable_interval=section.time("isolated_disable_interval"),
        isolated_transfer_ratio=section.ratio("isolated_transfer_ratio"),
    )
    section.accept(*borrowing_fault(rules))
    return rules


def read_liquidation(
    section: Section, classic: dict[int, ClassicBands], families: dict[int, IsolatedFamily]
) -> LiquidationRules:
    """Return the rules of liquidation and loss (rule 11), checked against the bands they serve."""
    rules = LiquidationRules(
        classic_fee=section.fraction("classic_fee"),
        pro_fee=section.fraction("pro_fee"),
        isolated_fee=section.fraction("isolated_fee"),
        round_interval=section.positive_time("round_interval"),
        price_band=section.band("price_band"),
        takeover_ratio=section.ratio("takeover_ratio"),
        takeover_factor=section.factor("takeover_factor"),
        takeover_time=section.positive_time("takeover_time"),
        rounds_without_fill_max=section.positive_count("rounds_without_fill_max"),
        unwind_depth_share=section.factor("unwind_depth_share"),
        fund_floor=section.amount("fund_floor"),
        income_share=section.fraction("income_share"),
        turns_max=section.positive_count("turns_max"),
        turns_span=section.positive_time("turns_span"),
        orders_per_turn=section.positive_count("orders_per_turn"),
    )
    section.accept(*liquidation_fault(rules, list(classic.values()), list(families.values())))
    return rules


def read_conversions(section: Section) -> ConversionRules:
    """Return the rules of small exchanges (rules 13.3, 13.6)."""
    rules = ConversionRules(
        dust_limit=section.amount("dust_limit"),
        dust_charge=section.fraction("dust_charge"),
        dust_interval=section.time("dust_interval"),
        debt_limit=section.amount("debt_limit"),
        debts_max=section.positive_count("debts_max"),
        debt_interval=section.time("debt_interval"),
    )
    section.accept(*conversions_fault(rules))
    return rules


def read_delisting(section: Section) -> DelistingRules:
    """Return the rules of delistings (rule 13.2)."""
    rules = DelistingRules(
        notice_min=section.time("notice_min"),
        notice_max=section.positive_time("notice_max"),
        reminder=section.positive_time("reminder"),
        accounts_per_round=section.positive_count("accounts_per_round"),
    )
    section.accept(*delisting_fault(rules))
    return rules


def read_cooling_off(section: Section) -> CoolingOffRules:
    """Return the rules of cooling-off (rule 13.4)."""
    rules = CoolingOffRules(section.positive_time("term_min"), section.positive_time("term_max"))
    section.accept(*cooling_off_fault(rules))
    return rules


def read_notices(section: Section) -> NoticeRules:
    """Return the rules of margin call notices (rule 10)."""
    return NoticeRules(section.positive_time("margin_call_interval"))


def read_controls(section: Section) -> ControlRules:
    """Return the rules of extra controls (rules 13.1, 13.5)."""
    return ControlRules(
        concentration_interval=section.positive_time("concentration_interval"),
        concentration_release=section.fraction("concentration_release"),
        position_value_min=section.amount("position_value_min"),
        market_share=section.factor("market_share"),
        closable_value_max=section.amount("closable_value_max"),
    )


def read_regime(section: Section, assets: Collection[str]) -> Regime:
    """Return in what the rule set differs beyond figures (rules 16.2, 16.4, 16.5)."""
    regime = Regime(
        is_haircut_in_level=section.flag("is_haircut_in_level"),
        is_pro_offered=section.flag("is_pro_offered"),
        loan_asset=section.text("loan_asset"),
    )
    section.require("loan_asset", regime.loan_asset in ("", *assets), "is not in the catalogue")
    return regime
