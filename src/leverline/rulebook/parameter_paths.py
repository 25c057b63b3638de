"""Which figures of a running venue may be changed, under which names, and what each counts.

A path is a name with points: `asset.BTC.borrow_min`, `pair.BTCUSDT.isolated_tiers`, `classic.3.liquidation_ratio`,
`pro.stop_level`, `vip_levels.2.taker_fee`, `index.stale_haircut`. Not to be changed, because funds, orders or accounts
stand on them: symbols, base and quote, tick and step, the number of a pair's isolated tiers, the leverages offered
(accounts bear theirs), the protection of market orders (funds are locked by it), a pool's starting supply, and the
regime of rule 16, by which accounts were opened.
"""

from typing import Final

from leverline.kernel.time import MILLISECOND, MINUTE, SECOND
from leverline.rulebook.domains import (
    AMOUNT,
    ANY,
    BAND,
    COUNT,
    FACTOR,
    FLAG,
    FRACTION,
    POSITIVE,
    RATIO,
    TIME,
    domain_fault,
    least_fault,
    size_fault,
)


class Figure:
    """What may be changed: one value, or a table of rows whose columns are these units."""

    def __init__(self, unit: str, domain: int = ANY, least: int = 0) -> None:
        self.units: tuple[str, ...] = (unit,)
        self.columns: tuple[str, ...] = ()
        """Names of a table's columns; none for a single value."""
        self.domain: int = domain
        self.least: int = least
        """Of a time by which something happens again and again: no shorter one keeps the venue answering."""

    def fault(self, value: int) -> str:
        """Return in words why the single value cannot be `value`, or an empty text."""
        return domain_fault(self.domain, value) or size_fault(self.units[0], value) or least_fault(self.least, value)


def table(*columns: tuple[str, str]) -> Figure:
    """Return a figure that is a table with these columns, each a name and a unit."""
    figure = Figure(COUNT)
    figure.columns = tuple([name for name, _ in columns])
    figure.units = tuple([unit for _, unit in columns])
    return figure


TIERS: Final = table(("value_limit", AMOUNT), ("ratio", RATIO))

ASSET: Final[dict[str, Figure]] = {
    "rank": Figure(COUNT),
    "is_collateral": Figure(FLAG),
    "is_borrowable": Figure(FLAG),
    "collateral_tiers": TIERS,
    "borrow_tiers": TIERS,
    "transfer_tiers": TIERS,
    "concentration": table(("value_limit", AMOUNT), ("depth_multiple", RATIO), ("collateral_ratio", RATIO)),
    "pro_brackets": table(
        ("leverage", COUNT), ("debt_limit", AMOUNT), ("initial_rate", RATIO), ("maintenance_rate", RATIO),
        ("maintenance_amount", AMOUNT),
    ),
    "rate_curve": table(("rate_base", RATIO), ("slope_below", RATIO), ("slope_above", RATIO), ("kink", RATIO)),
    "borrow_limits": table(("limit", AMOUNT)),
    "borrow_min": Figure(AMOUNT),
    "repay_min": Figure(AMOUNT),
    "reserve_ratio": Figure(RATIO),
    "collateral_cap": Figure(AMOUNT),
    "exposure_floor": Figure(AMOUNT),
    "trade_band": Figure(RATIO),
    "index_sources_min": Figure(COUNT, POSITIVE),
}  # fmt: skip

PAIR: Final[dict[str, Figure]] = {
    "price_min": Figure(AMOUNT),
    "price_max": Figure(AMOUNT),
    "quantity_min": Figure(AMOUNT),
    "quantity_max": Figure(AMOUNT),
    "market_quantity_max": Figure(AMOUNT),
    "notional_min": Figure(AMOUNT),
    "notional_max": Figure(AMOUNT),
    "percent_up": Figure(RATIO),
    "percent_down": Figure(RATIO),
    "orders_max": Figure(COUNT, POSITIVE),
    "algo_orders_max": Figure(COUNT),
    "iceberg_orders_max": Figure(COUNT),
    "order_lists_max": Figure(COUNT),
    "iceberg_parts_max": Figure(COUNT),
    "position_max": Figure(AMOUNT),
    "trailing_above_min": Figure(COUNT),
    "trailing_above_max": Figure(COUNT),
    "trailing_below_min": Figure(COUNT),
    "trailing_below_max": Figure(COUNT),
    "order_amends_max": Figure(COUNT),
    "is_cross": Figure(FLAG),
    "is_isolated": Figure(FLAG),
    "is_limit_price": Figure(FLAG),
    "margin_call_ratio": Figure(RATIO),
    "liquidation_ratio": Figure(RATIO),
    "isolated_tiers": table(("initial_ratio", RATIO), ("base_limit", AMOUNT), ("quote_limit", AMOUNT)),
}

FAMILY: Final = ("margin_call_ratio", "liquidation_ratio")
"""Those of a pair that its leverage family holds."""

CLASSIC: Final[dict[str, Figure]] = {
    "initial_ratio": Figure(RATIO),
    "transfer_ratio": Figure(RATIO),
    "margin_call_ratio": Figure(RATIO),
    "liquidation_ratio": Figure(RATIO),
    "stop_ratio": Figure(RATIO),
}

VIP: Final[dict[str, Figure]] = {
    "volume_min": Figure(AMOUNT),
    "bnb_min": Figure(AMOUNT),
    "maker_fee": Figure(RATIO),
    "taker_fee": Figure(RATIO),
    "interest_discount": Figure(RATIO),
    "isolated_limit_factor": Figure(RATIO),
}

SECTIONS: Final[dict[str, dict[str, Figure]]] = {
    "pro": {
        "margin_call_level": Figure(RATIO),
        "liquidation_level": Figure(RATIO),
        "stop_level": Figure(RATIO),
        "transfer_level": Figure(RATIO),
        "entry_ratio": Figure(RATIO),
    },
    "index": {
        "outlier_cap": Figure(RATIO, BAND),
        "source_silence": Figure(TIME, POSITIVE),
        "stale_haircut": Figure(RATIO, BAND),
        "jump_ratio": Figure(RATIO, FACTOR),
        "jump_window": Figure(TIME, POSITIVE),
        "jump_confirmation": Figure(TIME, POSITIVE),
    },
    "interest": {
        "rate_step_max": Figure(RATIO),
        "rate_max": Figure(RATIO, FACTOR),
        "bnb_factor": Figure(RATIO, FACTOR),
        "hours_waived": Figure(COUNT),
    },
    "trading": {
        "bnb_fee_factor": Figure(RATIO, FACTOR),
        "limit_price_band": Figure(RATIO, BAND),
        "narrow_band": Figure(RATIO, BAND),
        "is_margin_call_guard_on": Figure(FLAG),
        "exchange_orders_max": Figure(COUNT),
        "exchange_algo_orders_max": Figure(COUNT),
        "exchange_iceberg_orders_max": Figure(COUNT),
    },
    "borrowing": {
        "fund_share": Figure(RATIO, FRACTION),
        "depth_share": Figure(RATIO),
        "bar_time": Figure(TIME),
        "isolated_accounts_max": Figure(COUNT),
        "isolated_disable_interval": Figure(TIME),
        "isolated_transfer_ratio": Figure(RATIO),
    },
    "liquidation": {
        "classic_fee": Figure(RATIO, FRACTION),
        "pro_fee": Figure(RATIO, FRACTION),
        "isolated_fee": Figure(RATIO, FRACTION),
        "round_interval": Figure(TIME, POSITIVE, 100 * MILLISECOND),
        "price_band": Figure(RATIO, BAND),
        "takeover_ratio": Figure(RATIO),
        "takeover_factor": Figure(RATIO, FACTOR),
        "takeover_time": Figure(TIME, POSITIVE),
        "rounds_without_fill_max": Figure(COUNT, POSITIVE),
        "unwind_depth_share": Figure(RATIO, FACTOR),
        "fund_floor": Figure(AMOUNT),
        "income_share": Figure(RATIO, FRACTION),
        "turns_max": Figure(COUNT, POSITIVE),
        "turns_span": Figure(TIME, POSITIVE, MILLISECOND),
        "orders_per_turn": Figure(COUNT, POSITIVE),
    },
    "notices": {"margin_call_interval": Figure(TIME, POSITIVE, MINUTE)},
    "conversions": {
        "dust_limit": Figure(AMOUNT),
        "dust_charge": Figure(RATIO, FRACTION),
        "dust_interval": Figure(TIME),
        "debt_limit": Figure(AMOUNT),
        "debts_max": Figure(COUNT, POSITIVE),
        "debt_interval": Figure(TIME),
    },
    "controls": {
        "concentration_interval": Figure(TIME, POSITIVE, SECOND),
        "concentration_release": Figure(RATIO, FRACTION),
        "position_value_min": Figure(AMOUNT),
        "market_share": Figure(RATIO, FACTOR),
        "closable_value_max": Figure(AMOUNT),
    },
    "delisting": {
        "notice_min": Figure(TIME),
        "notice_max": Figure(TIME, POSITIVE),
        "reminder": Figure(TIME, POSITIVE, MINUTE),
        "accounts_per_round": Figure(COUNT, POSITIVE),
    },
    "cooling_off": {"term_min": Figure(TIME, POSITIVE), "term_max": Figure(TIME, POSITIVE)},
}

KEYED: Final[dict[str, dict[str, Figure]]] = {"asset": ASSET, "pair": PAIR, "classic": CLASSIC, "vip_levels": VIP}
"""Sections of which there are many: the second word of a path says which one."""


def figure_of(path: str) -> Figure | None:
    """Return the figure that a path names, None where none may be changed by that name."""
    words = path.split(".")
    if len(words) == 3 and words[0] in KEYED:
        return KEYED[words[0]].get(words[2])
    if len(words) == 2 and words[0] in SECTIONS:
        return SECTIONS[words[0]].get(words[1])
    return None
