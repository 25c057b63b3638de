"""Parameters of a small venue for liquidation: round figures, no tier in the way unless a test puts one there."""

from dataclasses import replace

from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.rulebook.parameters import (
    AssetParameters,
    BorrowRules,
    ClassicBands,
    CollateralTier,
    ControlRules,
    ConversionRules,
    CoolingOffRules,
    DelistingRules,
    IndexRules,
    InterestRules,
    IsolatedFamily,
    IsolatedTier,
    LiquidationRules,
    NoticeRules,
    PairParameters,
    ProBands,
    ProBracket,
    RateCurve,
    TradingRules,
    VenueParameters,
    VipLevel,
)

amount = parse_amount
ratio = parse_ratio
BEYOND = amount("1000000000000")

FLAT = (CollateralTier(BEYOND, ratio("1")),)
STEPPED = (CollateralTier(amount("100000"), ratio("0.95")), CollateralTier(BEYOND, ratio("0.8")))
BRACKETS = (
    ProBracket(20, amount("100000"), ratio("0.0527"), ratio("0.02"), 0),
    ProBracket(10, amount("1000000"), ratio("0.1112"), ratio("0.05"), amount("3000")),
    ProBracket(5, BEYOND, ratio("0.25"), ratio("0.1"), amount("53000")),
)


def asset(symbol: str, rank: int, tiers: tuple[CollateralTier, ...] = FLAT) -> AssetParameters:
    """Return an asset that everyone may hold and owe without end."""
    return AssetParameters(
        symbol=symbol, name=symbol, rank=rank, is_collateral=True, is_borrowable=True, collateral_tiers=tiers,
        pro_brackets=BRACKETS, rate_curve=RateCurve(ratio("0.000001"), 0, 0, ratio("0.8")),
        borrow_limits=(BEYOND,) * 10, borrow_min=amount("0.001"), repay_min=amount("0.001"), reserve_ratio=0,
        pool_supply=0, collateral_cap=BEYOND, exposure_floor=BEYOND, trade_band=ratio("0.05"), index_sources_min=1,
    )  # fmt: skip


FAMILY = IsolatedFamily(3, ratio("1.22"), ratio("1.18"))
TIERS = (
    IsolatedTier(ratio("1.5"), amount("10"), amount("400000")),
    IsolatedTier(ratio("1.875"), amount("20"), amount("800000")),
    IsolatedTier(ratio("3"), amount("1000"), amount("40000000")),
)


def pair(base: str, quote: str, tick: str, step: str, notional_min: str = "5") -> PairParameters:
    """Return a pair whose filters are wide."""
    return PairParameters(
        symbol=base + quote, base=base, quote=quote, tick_size=amount(tick), price_min=amount(tick),
        price_max=BEYOND, step_size=amount(step), quantity_min=amount(step), quantity_max=BEYOND,
        market_quantity_max=BEYOND, notional_min=amount(notional_min), notional_max=BEYOND, percent_up=0,
        percent_down=0, orders_max=200, algo_orders_max=5, iceberg_orders_max=10, order_lists_max=20,
        iceberg_parts_max=100,
        position_max=0, is_cross=True, is_isolated=True, is_limit_price=False, family=FAMILY, isolated_tiers=TIERS,
    )  # fmt: skip


ASSETS = (
    asset("USDT", 1), asset("USDC", 1), asset("BTC", 1, STEPPED), asset("ETH", 2, STEPPED), asset("BNB", 3),
    asset("DOGE", 5), asset("LUNA", 8), asset("RARE", 9),
)  # fmt: skip
PAIRS = (
    pair("BTC", "USDT", "0.01", "0.00001"), pair("BTC", "USDC", "0.01", "0.00001"),
    pair("ETH", "USDT", "0.01", "0.0001"), pair("ETH", "BTC", "0.000001", "0.0001", "0.0001"),
    pair("BNB", "USDT", "0.01", "0.001"),
    pair("DOGE", "USDT", "0.00001", "1"), pair("LUNA", "USDT", "0.0000001", "1"), pair("USDC", "USDT", "0.0001", "1"),
    pair("RARE", "BTC", "0.0000001", "0.1", "0.0001"),
)  # fmt: skip


def figures(fund_floor: str = "1000") -> VenueParameters:
    """Return the rule set 2025 over these assets and pairs, for the caller to change."""
    return VenueParameters(
        rule_set="2025",
        assets={each.symbol: replace(each) for each in ASSETS},
        pairs={each.symbol: replace(each) for each in PAIRS},
        classic={
            3: ClassicBands(3, ratio("1.5"), ratio("2"), ratio("1.3"), ratio("1.1"), ratio("1.5")),
            5: ClassicBands(5, ratio("1.25"), ratio("2"), ratio("1.16"), ratio("1.1"), ratio("1.25")),
        },
        pro=ProBands(ratio("1.2"), ratio("1"), ratio("2"), ratio("2"), ratio("1.25")),
        vip_levels=tuple(
            VipLevel(level, level * BEYOND, 0, ratio("0.001"), ratio("0.001"), 0, ratio("1")) for level in range(10)
        ),
        index=IndexRules(ratio("0.05"), 10 * SECOND, ratio("0.2"), ratio("0.2"), 10 * SECOND, 60 * SECOND),
        interest=InterestRules(ratio("2"), ratio("0.002"), ratio("0.95"), 0),
        trading=TradingRules(ratio("0.75"), ratio("0.05"), ratio("0.15"), ratio("0.02"), True),
        borrowing=BorrowRules(ratio("0.05"), ratio("1"), DAY, 20, DAY, ratio("2")),
        liquidation=LiquidationRules(
            classic_fee=ratio("0.02"), pro_fee=ratio("0.03"), isolated_fee=ratio("0.02"), round_interval=SECOND,
            price_band=ratio("0.05"), takeover_ratio=ratio("1.02"), takeover_factor=ratio("0.95"),
            takeover_time=60 * SECOND, rounds_without_fill_max=2, unwind_depth_share=ratio("0.5"),
            fund_floor=amount(fund_floor), income_share=0, turns_max=50, turns_span=SECOND // 50,
            orders_per_turn=20,
        ),
        notices=NoticeRules(DAY),
        conversions=ConversionRules(amount("0.001"), ratio("0.02"), 6 * HOUR, amount("10"), 10, 6 * HOUR),
        controls=ControlRules(MINUTE, ratio("0.5"), amount("10"), ratio("0.95"), amount("150000")),
        delisting=DelistingRules(7 * DAY, 365 * DAY, DAY, 200),
        cooling_off=CoolingOffRules(DAY, 30 * DAY),
    )  # fmt: skip
