"""Typed parameters of the rule book: every figure that the rules need, as the core sees it.

The loader (`leverline.parameters`) reads them from dated data files and hands them in; the core reads no file.
Amounts and values are integers of 10⁻⁸ (values in USDT), ratios, rates and index prices of 10⁻¹², times in
microseconds. Sequences are in ascending order and have been validated by the loader.
"""

from dataclasses import dataclass, field

CROSS_LEVERAGE_CHOICES = (3, 5)


@dataclass
class CollateralTier:
    """One slice of the tiered collateral ratio (rule 4.1): values up to `value_limit` take `ratio`."""

    value_limit: int
    ratio: int


@dataclass
class ProBracket:
    """One slice of a debt bracket table (rule 6.3); debt values up to and including `debt_limit` belong to it."""

    leverage: int
    debt_limit: int
    initial_rate: int
    maintenance_rate: int
    maintenance_amount: int


@dataclass
class RateCurve:
    """Hourly borrow rate by utilisation (rule 3.4): base, a slope up to the kink, a steeper one beyond it.

    rate(u) = base + slope_below × min(u, kink) + slope_above × max(0, u − kink)
    """

    rate_base: int
    slope_below: int
    slope_above: int
    kink: int


@dataclass
class ConcentrationLimit:
    """What makes a position in one asset a concentration, all three together (rule 13.1)."""

    value_limit: int
    """A position worth more than this (10⁻⁸ USDT)."""
    depth_multiple: int
    """… and more than this many times the depth of the asset's books (10⁻¹²)."""
    collateral_ratio: int
    """… of an account whose collateral margin level is below this."""


@dataclass
class AssetParameters:
    """Everything the rules say of one asset."""

    symbol: str
    name: str
    rank: int
    """Collateral rank, 1 (best) to 10."""
    is_collateral: bool
    """May be transferred into a margin account."""
    is_borrowable: bool
    collateral_tiers: tuple[CollateralTier, ...]
    pro_brackets: tuple[ProBracket, ...]
    """Empty where Pro lends none of it."""
    rate_curve: RateCurve
    borrow_limits: tuple[int, ...]
    """Cross limit of a user's principal, by VIP level 0 to 9 (rule 8.2)."""
    borrow_min: int
    repay_min: int
    reserve_ratio: int
    """Share of the pool's supply that is never lent (rule 8.1)."""
    pool_supply: int
    """Supply with which a sandbox or replay starts the lending pool."""
    collateral_cap: int
    """Venue-wide cap of this asset as margin collateral, value (rule 4.5)."""
    exposure_floor: int
    """Value a user may always owe or hold borrowed of this asset before rule 8.5 binds."""
    trade_band: int
    """How far from index an indebted account may trade it on the harmful side (rule 9.6)."""
    index_sources_min: int
    concentration: ConcentrationLimit | None = None
    """None where no position is too large (rule 13.1)."""
    borrow_tiers: tuple[CollateralTier, ...] = ()
    """What it counts for borrowing, where a rule set tells; empty: what `collateral_tiers` say (rule 16.1)."""
    transfer_tiers: tuple[CollateralTier, ...] = ()
    """What it counts for transfers out, likewise."""


@dataclass
class IsolatedTier:
    """One tier of an isolated pair (rule 7.2)."""

    initial_ratio: int
    base_limit: int
    quote_limit: int


@dataclass
class IsolatedFamily:
    """Margin call and liquidation ratio of a leverage family (rule 7.2)."""

    leverage: int
    margin_call_ratio: int
    liquidation_ratio: int


@dataclass
class PairParameters:
    """Everything the rules say of one pair: filters (rule 9.1) and margin properties (rule 7)."""

    symbol: str
    base: str
    quote: str
    tick_size: int
    price_min: int
    price_max: int
    step_size: int
    quantity_min: int
    quantity_max: int
    market_quantity_max: int
    notional_min: int
    notional_max: int
    percent_up: int
    """PERCENT_PRICE_BY_SIDE: a price may be at most reference × this; 0 switches the filter off."""
    percent_down: int
    orders_max: int
    algo_orders_max: int
    iceberg_orders_max: int
    order_lists_max: int
    """MAX_NUM_ORDER_LISTS, 0 = off."""
    iceberg_parts_max: int
    position_max: int
    """MAX_POSITION in base units, 0 = off."""
    is_cross: bool
    is_isolated: bool
    is_limit_price: bool
    """A limit-price pair of rule 9.4."""
    family: IsolatedFamily
    isolated_tiers: tuple[IsolatedTier, ...]
    trailing_above_min: int = 0
    """TRAILING_DELTA in basis points: of orders whose stop price lies above the market; a bound of 0 is off."""
    trailing_above_max: int = 0
    trailing_below_min: int = 0
    """Of those whose stop price lies below it."""
    trailing_below_max: int = 0
    order_amends_max: int = 0
    """How often one order may be amended, 0 = off."""


@dataclass
class ClassicBands:
    """Ratios of a Classic account at one leverage (rule 5.2)."""

    leverage: int
    initial_ratio: int
    transfer_ratio: int
    margin_call_ratio: int
    liquidation_ratio: int
    stop_ratio: int


@dataclass
class ProBands:
    """Levels of a Pro account (rule 6.5, 6.6)."""

    margin_call_level: int
    liquidation_level: int
    stop_level: int
    transfer_level: int
    entry_ratio: int
    """Classic collateral margin level that must be exceeded to enter Pro."""


@dataclass
class VipLevel:
    """Fees and discounts of one VIP level (rules 3.4, 8.4, 9.1)."""

    level: int
    volume_min: int
    bnb_min: int
    maker_fee: int
    taker_fee: int
    interest_discount: int
    isolated_limit_factor: int
    """Isolated tier limits are multiplied by this (rule 8.2)."""


@dataclass
class IndexRules:
    """Index price (rule 2)."""

    outlier_cap: int
    source_silence: int
    """A source silent for longer than this weighs nothing, in microseconds."""
    stale_haircut: int
    """Best case of a stale asset: last price plus this held, minus this owed (rule 2.4)."""
    jump_ratio: int
    jump_window: int
    jump_confirmation: int


@dataclass
class InterestRules:
    """Interest (rule 3)."""

    rate_step_max: int
    """At most this factor up, or one over it down, per hour."""
    rate_max: int
    bnb_factor: int
    hours_waived: int
    """0, or 1 where the hour charged with a loan is forgiven once per user, asset and day (rule 3.7)."""


@dataclass
class TradingRules:
    """Orders (rule 9)."""

    bnb_fee_factor: int
    market_protection: int
    """A market order's protection price lies this far beyond the best opposite price."""
    limit_price_band: int
    narrow_band: int
    """Band of rule 9.6 for isolated 10x and Pro accounts."""
    is_margin_call_guard_on: bool
    """Rule 9.5, a switch."""
    exchange_orders_max: int = 0
    """Open orders of one account over all pairs, 0 = off; likewise the next two."""
    exchange_algo_orders_max: int = 0
    exchange_iceberg_orders_max: int = 0


@dataclass
class BorrowRules:
    """Limits on borrowing over all accounts of a user (rules 8.4, 8.5, 7.6)."""

    fund_share: int
    depth_share: int
    bar_time: int
    """How long a deficit bars the user from borrowing."""
    isolated_accounts_max: int
    isolated_disable_interval: int
    isolated_transfer_ratio: int


@dataclass
class LiquidationRules:
    """Liquidation and loss (rule 11)."""

    classic_fee: int
    pro_fee: int
    isolated_fee: int
    round_interval: int
    price_band: int
    takeover_ratio: int
    takeover_factor: int
    takeover_time: int
    rounds_without_fill_max: int
    unwind_depth_share: int
    fund_floor: int
    """Value the fund must exceed before borrowing may resume (rule 11.6)."""
    income_share: int
    """Share of interest income that an hour's sweep pays to the fund."""
    turns_max: int
    """So many turns of accounts in liquidation are taken in one span (rule 11.1)."""
    turns_span: int
    """How long a span is, in microseconds."""
    orders_per_turn: int
    """A first turn that cancels so many orders, pending ones included, counts as one more."""


@dataclass
class NoticeRules:
    """Margin call notices (rule 10)."""

    margin_call_interval: int


@dataclass
class ConversionRules:
    """Small exchanges with the house (rules 13.3, 13.6)."""

    dust_limit: int
    """Amount of BTC below whose worth a balance is small."""
    dust_charge: int
    """Share of the BNB received that the house keeps."""
    dust_interval: int
    """At most one conversion per wallet in this time."""
    debt_limit: int
    """Value below which a debt is small."""
    debts_max: int
    """Debts of one exchange."""
    debt_interval: int
    """At most one exchange per account in this time."""


@dataclass
class ControlRules:
    """Extra controls (rules 13.1, 13.5)."""

    concentration_interval: int
    """How often positions are judged, in microseconds."""
    concentration_release: int
    """Share of the position at its begin at or below which a ban ends."""
    position_value_min: int
    """A position worth this or less is too small to be closed by itself."""
    market_share: int
    """Share of the largest market order that one order of a closing may be."""
    closable_value_max: int
    """Assets of an account that is sold out in one act are worth less than this."""


@dataclass
class DelistingRules:
    """Delistings (rule 13.2)."""

    notice_min: int
    """From the announcement to the removal at least."""
    notice_max: int
    """And at most."""
    reminder: int
    """Whoever is concerned is told again so long before each stage."""
    accounts_per_round: int
    """So many accounts are settled in one round of the removal."""


@dataclass
class CoolingOffRules:
    """Cooling-off (rule 13.4)."""

    term_min: int
    term_max: int


@dataclass
class Regime:
    """In what a rule set differs beyond figures (docs/rulebook/16-rule-set-2026-06.md)."""

    is_haircut_in_level: bool = False
    """The margin level of a Classic account is C ÷ L instead of A ÷ L (rule 16.2)."""
    is_pro_offered: bool = True
    """Whether an account may switch to Pro (rule 16.4)."""
    loan_asset: str = ""
    """Asset of the liquidation loan that a Cross deficit leaves its user with (rule 16.5); empty: he owes nothing."""


@dataclass
class VenueParameters:
    """The whole rule set as one value."""

    rule_set: str
    assets: dict[str, AssetParameters]
    pairs: dict[str, PairParameters]
    classic: dict[int, ClassicBands]
    pro: ProBands
    vip_levels: tuple[VipLevel, ...]
    index: IndexRules
    interest: InterestRules
    trading: TradingRules
    borrowing: BorrowRules
    liquidation: LiquidationRules
    notices: NoticeRules
    conversions: ConversionRules
    controls: ControlRules
    delisting: DelistingRules
    cooling_off: CoolingOffRules
    regime: Regime = field(default_factory=Regime)
